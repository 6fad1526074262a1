use crate::lint::rule::rule;

rule! {
    /// One mapping has the same key twice. Most loaders keep the last one and say nothing; strict ones refuse the file. Whoever
    /// reads the file from the top believes the first.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http:
    ///       paths:
    ///       - path: /cart
    ///         pathType: Prefix
    ///         pathType: Exact
    ///         backend: {service: {name: cart, port: {name: http}}}
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
    ///     http:
    ///       paths:
    ///       - path: /cart
    ///         pathType: Exact
    ///         backend: {service: {name: cart, port: {name: http}}}
    /// ```
    ///
    /// Here the path is Exact, whatever the first line says.
    ///
    /// Remove one of the two. Look at both places before you do: they often come from a merge.
    DUPLICATE_KEY = 2 {
        name: "duplicate-key",
        summary: "a key stands twice in one mapping, and only the last one counts",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["yannh/kubeconform#121"],
        check: Check::Stage,
    }
}
