use crate::lint::rule::rule;

rule! {
    /// The class is named by the annotation `kubernetes.io/ingress.class`. It still works with the common controllers, but has
    /// been deprecated since Kubernetes 1.18, and the API server does not look at it. An empty annotation names no class, and
    /// keeps the cluster from giving the Ingress its default class.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {kubernetes.io/ingress.class: haproxy}}
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
    /// Name the class in the field. The controller needs an IngressClass of that name in the cluster then, which the annotation
    /// did not. Beside a field that names the same class, the annotation says nothing, and the fix removes it.
    DEPRECATED_CLASS_ANNOTATION = 126 {
        name: "deprecated-class-annotation",
        summary: "the class is named by the old annotation",
        severity: Info,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: ["KEP-1453"],
        check: Check::Stage,
    }
}
