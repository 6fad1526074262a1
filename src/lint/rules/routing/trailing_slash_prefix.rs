use crate::lint::rule::rule;

rule! {
    /// By the Kubernetes text a Prefix `/app/` is the same as `/app`: it meets `/app`, `/app/` and `/app/x`. Some controllers compare
    /// the text instead, and then `/app` is not met.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http:
    ///       paths:
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /cart/, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
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
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    ///
    /// Nothing is said where no request shows the difference: where `/app` has a rule of its own, or where the next shorter path
    /// leads to the same Service.
    ///
    /// Write the path without the slash: all controllers read that alike. If `/app` itself shall go elsewhere, give it a rule with
    /// `pathType: Exact`.
    TRAILING_SLASH_PREFIX = 305 {
        name: "trailing-slash-prefix",
        summary: "a Prefix path with a trailing slash, which controllers read differently",
        severity: Warning,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: [
            "kubernetes/ingress-nginx#6463",
            "jcmoraisjr/haproxy-ingress#906",
            "jcmoraisjr/haproxy-ingress#908",
        ],
        check: Check::Stage,
    }
}
