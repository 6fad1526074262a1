use crate::lint::rule::rule;

rule! {
    /// The API server refuses the EndpointSlice or Endpoints object: an address that is not of the slice's `addressType`, no
    /// address at all, a port out of range, or two ports with one name. No server is made of such an address.
    ///
    /// ```yaml bad
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-2, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: ["2001:db8::7"]}]
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-2, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv6
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: ["2001:db8::7"]}]
    /// ```
    ///
    /// Addresses of the two families stand in a slice each. Where the object is an export, export it again.
    ///
    /// What is refused is left out of the routing whoever mutes the word about it, so only the configuration does.
    INVALID_ENDPOINTS = 117 {
        name: "invalid-endpoints",
        summary: "an EndpointSlice or Endpoints object that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
