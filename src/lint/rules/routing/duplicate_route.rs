use crate::lint::rule::rule;

rule! {
    /// Two rules claim the same host, path and path type, and lead to different Services. Kubernetes does not say who wins.
    /// Controllers take the older object, or the first by name, so the answer may change when an object is created anew.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
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
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// The same is said where two rules lead to one Service, and only one of them keeps clients out, by an allow-list or a password,
    /// for example. Then the route answers 503, because nobody shall come in by the other rule.
    ///
    /// Let one Ingress own the path: remove the other rule, or make the paths differ. With `--keep-going` the first one holds, by
    /// namespace and name.
    DUPLICATE_ROUTE = 301 {
        name: "duplicate-route",
        summary: "two rules claim the same host, path and path type",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "kubernetes/ingress-nginx#8216",
            "kubernetes/ingress-nginx#5651",
            "kubernetes/ingress-nginx#8972",
            "kubernetes/ingress-nginx#7759",
            "jcmoraisjr/haproxy-ingress#312",
            "istio IST0109",
        ],
        check: Check::Stage,
    }
}
