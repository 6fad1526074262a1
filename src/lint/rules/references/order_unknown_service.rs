use crate::lint::rule::rule;

rule! {
    /// `endpoints.services` in ingressc.yaml has an order of resolvers for a Service that is not among the manifests, of any cluster that the entry
    /// is for. The Service that was meant, if there is one, is looked for in the usual order, perhaps by the very resolver that the entry was to
    /// keep away.
    ///
    /// ```yaml
    /// # bad: the Service is `web`
    /// endpoints: {services: {shop/wbe: nodePort}}
    /// ```
    ///
    /// ```yaml
    /// # good
    /// endpoints: {services: {shop/web: nodePort}}
    /// ```
    ///
    /// Correct the name, add the manifest of the Service to the inputs, or remove the entry. `check` and `route` do not tell: they often see but a
    /// part of the manifests. If one configuration serves several runs with different inputs, set the rule to `off`, and mind that slips are not
    /// found then.
    ORDER_UNKNOWN_SERVICE = 233 {
        name: "order-unknown-service",
        summary: "the configuration has an order of resolvers for a Service that is not among the manifests",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
