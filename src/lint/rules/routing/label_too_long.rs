use crate::lint::rule::rule;

rule! {
    /// A label of the host name (the text between two dots) is longer than 63 characters. The API server accepts it, but DNS does not
    /// (RFC 1035), so no client can look the name up. Names that are put together from a branch or a pull request are often too long.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: feature-4711-show-the-total-of-the-cart-before-anybody-has-to-log-in.example.com
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
    ///   - host: feature-4711.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Shorten it.
    LABEL_TOO_LONG = 328 {
        name: "label-too-long",
        summary: "a host name with a label longer than 63 characters",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["RFC 1035"],
        check: Check::Stage,
    }
}
