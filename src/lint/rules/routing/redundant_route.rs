use crate::lint::rule::rule;

rule! {
    /// The same host, path and type lead to the same Service twice. Nothing is wrong today; but a change in one of the two places has no effect,
    /// or becomes a conflict (ING301).
    ///
    /// Remove one of them.
    REDUNDANT_ROUTE = 320 {
        name: "redundant-route",
        summary: "the same route is written twice",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
