use crate::lint::rule::rule;

rule! {
    /// By the Kubernetes text a Prefix `/app/` is the same as `/app`: it meets `/app`, `/app/` and `/app/x`. Some controllers compare the
    /// text instead, and then `/app` is not met.
    ///
    /// ```yaml
    /// # good: read alike everywhere
    /// path: /app
    /// pathType: Prefix
    /// ```
    TRAILING_SLASH_PREFIX = 305 {
        name: "trailing-slash-prefix",
        summary: "a Prefix path with a trailing slash, which controllers read differently",
        severity: Warning,
        fix: None,
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
