use crate::lint::rule::rule;

rule! {
    /// No request can have this path: it holds a blank, `?`, `#`, a control character or a letter outside of ASCII. Clients send such
    /// characters encoded or not at all, and HAProxy refuses requests that hold them.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: "/cart?id=1", pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /gr%C3%B6%C3%9Fe, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// The query is not part of the path. Paths are compared as they are sent, without decoding: `/größe` is asked for as
    /// `/gr%C3%B6%C3%9Fe`.
    ///
    /// Percent-encode the character, or remove it.
    UNMATCHABLE_PATH = 324 {
        name: "unmatchable-path",
        summary: "a path that no request can have",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
