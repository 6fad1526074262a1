use crate::lint::rule::rule;

rule! {
    /// The rule names a host but no paths. Its requests go to the default backend of the Ingress if there is one, and are answered with 404
    /// otherwise. Nothing else serves the host.
    ///
    /// ```yaml
    /// # good
    /// - host: shop.example.com
    ///   http:
    ///     paths:
    ///     - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
    /// ```
    RULE_WITHOUT_PATHS = 325 {
        name: "rule-without-paths",
        summary: "a host without paths",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
