use crate::lint::rule::rule;

rule! {
    /// A host has rules of its own and is covered by a wildcard as well. Its requests meet its own rules only: a path that exists
    /// just for the wildcard gives 404 there.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: "*.example.com"
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: "*.example.com"
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    ///   - host: shop.example.com
    ///     http:
    ///       paths:
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    ///
    /// Nothing is said of a host that has a rule for `/`: it keeps its requests under every controller.
    ///
    /// Repeat the paths of the wildcard for the host if they shall hold there, too.
    ///
    /// It makes no difference where the wildcard and the host are: with several clusters behind one edge, the host may be in another
    /// cluster.
    WILDCARD_SHADOWING = 307 {
        name: "wildcard-shadowing",
        summary: "an exact host keeps requests from the wildcard rules",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "jcmoraisjr/haproxy-ingress#147",
            "jcmoraisjr/haproxy-ingress#157",
            "haproxytech/kubernetes-ingress#603",
            "haproxytech/kubernetes-ingress#735",
            "projectcontour/contour#4463",
        ],
        check: Check::Stage,
    }
}
