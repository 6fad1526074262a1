use crate::lint::rule::rule;

rule! {
    /// There are three path types: `Exact`, `Prefix` and `ImplementationSpecific`, spelled exactly so. The API server refuses every other
    /// one.
    ///
    /// ```yaml
    /// # bad
    /// pathType: prefix
    /// # good
    /// pathType: Prefix
    /// ```
    UNKNOWN_PATH_TYPE = 123 {
        name: "unknown-path-type",
        summary: "a `pathType` that does not exist",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
