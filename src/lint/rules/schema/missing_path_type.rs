use crate::lint::rule::rule;

rule! {
    /// `networking.k8s.io/v1` requires `pathType` on every path; the API server refuses the Ingress without it.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, backend: {service: {name: web, port: {name: http}}}}]}
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
    /// `Prefix` compares element by element, `Exact` the whole path. Avoid `ImplementationSpecific`: each controller reads it
    /// its own way. The fix adds `Prefix`, which is what most controllers did for such paths before v1; see whether it is what
    /// you want.
    MISSING_PATH_TYPE = 104 {
        name: "missing-path-type",
        summary: "a path without `pathType`",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: ["KEP-1453"],
        check: Check::Stage,
    }
}
