use crate::lint::rule::rule;

rule! {
    /// There are both an Endpoints object and EndpointSlices for one Service, and they do not have the same addresses. The slices count, as they do
    /// for kube-proxy.
    ///
    /// One of the two is stale. Endpoints are deprecated; leave them out of the inputs unless you write them by hand.
    ENDPOINTS_DIFFER_FROM_SLICES = 218 {
        name: "endpoints-differ-from-slices",
        summary: "Endpoints and EndpointSlices of one Service disagree",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
