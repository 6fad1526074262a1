use crate::lint::rule::rule;

rule! {
    /// The annotation `ingressc/endpoints` of a Service says in which order resolvers look for its servers, and one of the words in it is no
    /// resolver. Nobody is asked then, and the routes of the Service answer 503: to ask in the usual order could lead to the servers that
    /// the annotation was written to keep away from.
    ///
    /// ```yaml
    /// # bad: names are written as in the API
    /// metadata: {name: web, annotations: {ingressc/endpoints: nodeport}}
    /// ```
    ///
    /// ```yaml
    /// # good: one resolver, or several with commas between them
    /// metadata: {name: web, annotations: {ingressc/endpoints: "inventory, nodePort"}}
    /// ```
    ///
    /// The resolvers are inventory, slices, nodePort, loadBalancer, externalName, externalIPs, dns, hostPort and clusterIP.
    /// `endpoints.services` in `ingressc.yaml` wins over the annotation.
    ///
    /// An annotation that pins the address of a load balancer, such as `metallb.io/loadBalancerIPs`, is read by the resolver `loadBalancer`. What
    /// is no IP address in it is left out.
    INVALID_ENDPOINTS_ANNOTATION = 228 {
        name: "invalid-endpoints-annotation",
        summary: "an annotation that is to say where servers are names no resolver or address",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
