use crate::lint::rule::rule;

rule! {
    /// The annotation `kubernetes.io/ingress.class` and the field `ingressClassName` name different classes. The API server
    /// refuses to create such an Ingress, and controllers do not agree on which one wins, so one that exists may be served
    /// twice, or by the wrong one.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {kubernetes.io/ingress.class: nginx}}
    /// spec:
    ///   ingressClassName: haproxy
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
    /// Remove the annotation; the field has replaced it.
    CLASS_MISMATCH = 109 {
        name: "class-mismatch",
        summary: "annotation and `ingressClassName` name different classes",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: ["traefik/traefik#7896"],
        check: Check::Stage,
    }
}
