use crate::lint::rule::rule;

rule! {
    /// The API server refuses the EndpointSlice or Endpoints object: an address that is not of the slice's `addressType`, no address at all, a
    /// port out of range, or two ports with one name.
    ///
    /// ```yaml
    /// # bad
    /// addressType: IPv4
    /// endpoints:
    /// - addresses: ["2001:db8::7"]
    /// # good
    /// addressType: IPv6
    /// endpoints:
    /// - addresses: ["2001:db8::7"]
    /// ```
    INVALID_ENDPOINTS = 117 {
        name: "invalid-endpoints",
        summary: "an EndpointSlice or Endpoints object that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
