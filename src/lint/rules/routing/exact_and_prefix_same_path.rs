use crate::lint::rule::rule;

rule! {
    /// One path is `Exact` in one place and `Prefix` in another, with different Services. That is legal: the exact one answers the
    /// path itself, the other everything below it. It is often an accident, since `/cart` and `/cart/` then go to different places.
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
    ///       - {path: /cart, pathType: Exact, backend: {service: {name: cart, port: {name: http}}}}  # /cart
    ///       - {path: /cart, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}       # /cart/, /cart/items
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
    /// Where both stand in one Ingress, whoever wrote them saw both, and this is information. A rule for `Exact` and the path `/`,
    /// for a landing page, is not told where `/` is the default backend of the Ingress.
    ///
    /// Make both lead to the same Service, or set the rule's level to `off` if it is meant.
    EXACT_AND_PREFIX_SAME_PATH = 303 {
        name: "exact-and-prefix-same-path",
        summary: "one path is Exact here and Prefix there, to different Services",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#770", "kubernetes/ingress-nginx#10090"],
        check: Check::Stage,
    }
}
