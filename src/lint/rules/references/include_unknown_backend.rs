use crate::lint::rule::rule;

rule! {
    /// `include.backends` of `ingressc.yaml` adds lines to the backend of a Service port that no route leads to. The lines are in no
    /// section then: a misspelt name would leave a backend without the access rule or the header that somebody wrote for it.
    ///
    /// Bad, when the Ingress names the port `http`:
    ///
    /// ```yaml
    /// include:
    ///   backends:
    ///     "shop/web:htpp": [haproxy/web.cfg]
    /// ```
    ///
    /// Good, by the port's name, or by its number:
    ///
    /// ```yaml
    /// include:
    ///   backends:
    ///     "shop/web:http": [haproxy/web.cfg]
    /// ```
    ///
    /// Both hold when both are there, first the lines by number. When the Service is gone, remove the entry.
    INCLUDE_UNKNOWN_BACKEND = 230 {
        name: "include-unknown-backend",
        summary: "lines are to be added to a backend that is not there",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
