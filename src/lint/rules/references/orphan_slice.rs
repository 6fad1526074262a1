use crate::lint::rule::rule;

rule! {
    /// The EndpointSlice has no label `kubernetes.io/service-name`, so it belongs to no Service and its addresses are not used.
    ///
    /// ```yaml
    /// # good
    /// metadata:
    ///   name: web-abc12
    ///   labels: {kubernetes.io/service-name: web}
    /// ```
    ORPHAN_SLICE = 217 {
        name: "orphan-slice",
        summary: "an EndpointSlice that names no Service",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
