use crate::lint::rule::rule;

rule! {
    /// Another rule takes every request that this path could get, so its backend is never asked. A path of the type
    /// `ImplementationSpecific` is weaker than the same path of the type `Prefix`. Of two Services with the same `route-acl` behind
    /// one path, the first gets all that the condition lets through.
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
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /, pathType: ImplementationSpecific, backend: {service: {name: cart, port: {name: http}}}}
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
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    ///
    /// A longer path is never unreachable: the longest path of a host that fits a request answers it, in whatever order paths are
    /// written.
    ///
    /// Remove the rule, or make it more specific than the one that covers it: a longer path, or `Exact`.
    UNREACHABLE_PATH = 302 {
        name: "unreachable-path",
        summary: "a stronger rule takes every request of this path",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0130", "haproxytech/kubernetes-ingress#177"],
        check: Check::Stage,
    }
}
