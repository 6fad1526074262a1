use crate::lint::rule::rule;

rule! {
    /// The Ingress names no class. Who serves it depends on the cluster: the default class if there is one, else every
    /// controller that takes Ingresses without a class, or nobody.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
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
    /// Name the class. If no class is what you want, say so in ingressc.yaml: `classes: [haproxy, ""]`.
    CLASS_MISSING = 110 {
        name: "class-missing",
        summary: "an Ingress without a class: who takes it depends on the cluster",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/enhancements#1457"],
        check: Check::Stage,
    }
}
