use crate::lint::rule::rule;

rule! {
    /// The Ingress has neither rules nor a default backend, so it routes nothing, and the API server refuses it.
    ///
    /// ```yaml
    /// # good
    /// spec:
    ///   defaultBackend:
    ///     service: {name: web, port: {number: 80}}
    /// ```
    ///
    /// Look at the indentation: `rules` beside `spec` instead of below it has this effect.
    NO_RULES_NO_DEFAULT = 108 {
        name: "no-rules-no-default",
        summary: "an Ingress that routes nothing",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
