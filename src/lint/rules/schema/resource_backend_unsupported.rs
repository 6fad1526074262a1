use crate::lint::rule::rule;

rule! {
    /// The backend is a `resource`, such as a storage bucket. Kubernetes allows it, but no HAProxy controller knows what to do
    /// with one. Requests for the path are answered with 503 rather than by a shorter path.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {resource: {kind: Bucket, name: images}}}]}
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
    /// Point the backend to a Service. For something outside of the cluster, a Service of type ExternalName does.
    RESOURCE_BACKEND_UNSUPPORTED = 114 {
        name: "resource-backend-unsupported",
        summary: "a resource backend, which no HAProxy controller implements",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
