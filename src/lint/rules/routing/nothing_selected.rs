use crate::lint::rule::rule;

rule! {
    /// There are Ingresses, but not one is of a class that is to be compiled. Without any, there is nothing to write, and the run
    /// ends with exit code 3.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: internal
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
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
    /// Name the classes, on the command line (`--class haproxy`) or in ingressc.yaml (`classes: [haproxy]`); an empty name takes
    /// Ingresses without a class. Without either, every class of a known controller is taken.
    NOTHING_SELECTED = 326 {
        name: "nothing-selected",
        summary: "there are Ingresses, but none is of a selected class",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
