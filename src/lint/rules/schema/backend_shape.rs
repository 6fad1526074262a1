use crate::lint::rule::rule;

rule! {
    /// A backend names exactly one of `service` and `resource`, and a Service port exactly one of `name` and `number`. The API
    /// server refuses anything else.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http, number: 80}}}}]}
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
    /// Keep the one that is meant. The name of a port survives a change of its number.
    ///
    /// What is refused is left out of the routing whoever mutes the word about it, so only the configuration does.
    BACKEND_SHAPE = 107 {
        name: "backend-shape",
        summary: "a backend with both or neither of two alternatives",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
