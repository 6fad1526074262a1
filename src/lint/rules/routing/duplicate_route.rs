use crate::lint::rule::rule;

rule! {
    /// Two rules claim the same host, path and path type, and lead to different Services. Kubernetes does not say who wins. Controllers
    /// take the older object, or the first by name, so the answer may change when an object is created anew.
    ///
    /// ```yaml
    /// # cart.yaml (Ingress cart/cart)
    /// - path: /cart
    ///   backend: {service: {name: cart, port: {number: 80}}}
    /// # shop.yaml (Ingress shop/shop), the same host
    /// - path: /cart
    ///   backend: {service: {name: legacy, port: {number: 80}}}
    /// ```
    ///
    /// Let one Ingress own the path: remove the other rule, or make the paths differ. With `--keep-going` the first one holds, by namespace and name.
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
