use crate::lint::rule::rule;

rule! {
    /// The EndpointSlice has no label `kubernetes.io/service-name`, or that label names a Service that is not among the
    /// manifests. It belongs to nobody then, and its addresses are not used; a Service that was to have them answers 503, or is
    /// looked for elsewhere.
    ///
    /// ```yaml bad
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: legacy-1, namespace: shop}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.9.0.1]}]
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-2, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.9.0.1]}]
    /// ```
    ///
    /// Set the label to the name of the Service, which is in the same namespace. Slices of an export whose Services are not in
    /// the input can be left out of it as well.
    ORPHAN_SLICE = 217 {
        name: "orphan-slice",
        summary: "an EndpointSlice that names no Service",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["cilium/cilium#46242"],
        check: Check::Stage,
    }
}
