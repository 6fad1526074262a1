use crate::lint::rule::rule;

rule! {
    /// The object says `networking.k8s.io/v1` but is written in the fields of v1beta1 (`serviceName`, `servicePort`, `backend`
    /// below `spec`). The API server refuses it. ingressc compiles what was meant, so that other findings show.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
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
    /// `spec.backend` is `spec.defaultBackend` now, a `servicePort` that is a word becomes `port: {name: …}`, and every path
    /// needs a `pathType`. `kubectl convert` does it if you put the old `apiVersion` back first.
    V1_WITH_V1BETA1_BODY = 124 {
        name: "v1-with-v1beta1-body",
        summary: "a v1 Ingress written in the fields of v1beta1",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
