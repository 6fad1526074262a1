use crate::lint::rule::rule;

rule! {
    /// There are three path types: `Exact`, `Prefix` and `ImplementationSpecific`, spelled exactly so. The API server refuses
    /// every other one.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: prefix, backend: {service: {name: web, port: {name: http}}}}]}
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
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Write one of the three. The fix corrects the spelling where it is a slip of one of them.
    UNKNOWN_PATH_TYPE = 123 {
        name: "unknown-path-type",
        summary: "a `pathType` that does not exist",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
