use crate::lint::rule::rule;

rule! {
    /// The configuration lets Services be reached at their `externalIPs`, and this one is. Nobody checks that such an address belongs to
    /// whoever writes the Service: with the right to create Services one can claim any address, and kube-proxy takes its traffic on every node
    /// (CVE-2020-8554). Kubernetes 1.36 deprecates the field (KEP-5707), and kube-proxy is going to ignore it unless told otherwise.
    ///
    /// ```yaml
    /// # bad
    /// spec: {ports: [{port: 80}], externalIPs: [192.0.2.9]}
    /// ```
    ///
    /// ```yaml
    /// # good: the same address, given by a load balancer such as MetalLB
    /// metadata: {annotations: {metallb.io/loadBalancerIPs: 192.0.2.9}}
    /// spec: {type: LoadBalancer, ports: [{port: 80}]}
    /// ```
    ///
    /// Let the Service be found by another resolver, `loadBalancer`, `nodePort` or `inventory`, and take `externalIPs` out of `endpoints.order`.
    /// If only administrators may set the field (the admission plugin DenyServiceExternalIPs sees to that), set the rule to `off`.
    EXTERNAL_IPS = 523 {
        name: "external-ips",
        summary: "a route leads to `spec.externalIPs`",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
