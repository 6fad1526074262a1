use crate::lint::rule::rule;

rule! {
    /// One path is `Exact` in one place and `Prefix` in another, with different Services. That is legal: the exact one answers the path itself, the
    /// other everything below it. It is often an accident, since `/cart` and `/cart/` then go to different places.
    ///
    /// ```yaml
    /// - {path: /cart, pathType: Exact, backend: …}     # /cart
    /// - {path: /cart, pathType: Prefix, backend: …}    # /cart/, /cart/items
    /// ```
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
