use crate::lint::rule::rule;

rule! {
    /// The Ingress has rules and a `defaultBackend`. By the Kubernetes text that backend is for requests that match none of the
    /// rules. Some controllers make it the default of the whole proxy, others of the hosts of this Ingress. Here it answers for the
    /// hosts of this Ingress; under `profile: haproxytech` for every host, and a second one anywhere is a conflict.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
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
    ///       - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// If it is meant for one host, write a rule for that host with `path: /` and `pathType: Prefix`; all controllers agree on that.
    /// If it is meant for every host, write it in an Ingress without rules.
    DEFAULT_BACKEND_SCOPE = 327 {
        name: "default-backend-scope",
        summary: "a default backend beside rules, which controllers scope differently",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
