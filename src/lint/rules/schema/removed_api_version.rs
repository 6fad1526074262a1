use crate::lint::rule::rule;

rule! {
    /// No supported cluster serves this API version: `extensions/v1beta1` and `networking.k8s.io/v1beta1` Ingresses went away
    /// with Kubernetes 1.22. ingressc reads the object all the same, so that its other findings show.
    ///
    /// ```yaml bad
    /// apiVersion: extensions/v1beta1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {serviceName: web, servicePort: 80}}]}
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
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
    /// ```
    ///
    /// Write the fields of v1, where `pathType` is required. `kubectl convert -f FILE --output-version networking.k8s.io/v1`
    /// does the work. Where only the version is old and the rest is v1 already, the fix replaces it.
    REMOVED_API_VERSION = 103 {
        name: "removed-api-version",
        summary: "an API version that no supported cluster serves",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
