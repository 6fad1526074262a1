use crate::lint::rule::rule;

rule! {
    /// The API server refuses the path. An Exact or Prefix path starts with `/` and holds no `//`, `/./`, `/../`, and no encoded
    /// slash (`%2f`).
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /shop/../admin, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
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
    ///     http: {paths: [{path: /admin, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Such paths are refused because proxies and servers normalise them differently, which is how access rules are got around.
    /// Write the path as requests carry it.
    ///
    /// What is refused is left out of the routing whoever mutes the word about it, so only the configuration does.
    INVALID_PATH = 105 {
        name: "invalid-path",
        summary: "a path that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
