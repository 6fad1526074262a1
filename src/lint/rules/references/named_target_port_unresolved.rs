use crate::lint::rule::rule;

rule! {
    /// The Service's `targetPort` is a name. Which number it has is written in the pods, and no EndpointSlice among the manifests tells it, so
    /// ingressc knows no port to connect to.
    ///
    /// Add the EndpointSlices (`kubectl get endpointslices -o yaml`), or write the number in the Service.
    NAMED_TARGET_PORT_UNRESOLVED = 203 {
        name: "named-target-port-unresolved",
        summary: "a named target port that nothing here resolves",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["haproxytech/kubernetes-ingress#14", "kubernetes/kubernetes#29874"],
        check: Check::Stage,
    }
}
