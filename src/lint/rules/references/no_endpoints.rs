use crate::lint::rule::rule;

rule! {
    /// The Service has not a single address, so HAProxy answers its requests with 503. Manifests under version control rarely hold addresses:
    /// EndpointSlices are made by the cluster.
    ///
    /// Add them to the inputs (`kubectl get endpointslices -n shop -o yaml`), or look at why the cluster has none: a selector that
    /// fits no pod, or zero replicas.
    NO_ENDPOINTS = 204 {
        name: "no-endpoints",
        summary: "a Service without a single address",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#9932"],
        check: Check::Stage,
    }
}
