use crate::lint::rule::rule;

rule! {
    /// The API has no such field. The API server drops it with a warning or refuses the object, depending on how it is asked.
    /// Either way the setting has no effect.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathTyp: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
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
    /// Look at spelling and indentation: a field one level too deep is unknown, too. `kubectl explain ingress.spec.rules` lists
    /// the legal ones.
    UNKNOWN_FIELD = 101 {
        name: "unknown-field",
        summary: "a field that the API does not have",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
