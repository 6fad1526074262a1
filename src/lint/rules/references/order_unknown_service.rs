use crate::lint::rule::rule;

rule! {
    /// `endpoints.services` in ingressc.yaml has an order of resolvers for a Service that is not among the manifests, of any
    /// cluster that the entry is for. The Service that was meant, if there is one, is looked for in the usual order, perhaps by
    /// the very resolver that the entry was to keep away.
    ///
    /// ```yaml bad compile ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// endpoints: {services: {shop/wbe: slices}}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// With the same Ingress:
    ///
    /// ```yaml good compile ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// endpoints: {services: {shop/web: slices}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// Correct the name, add the manifest of the Service to the inputs, or remove the entry. `check` and `route` do not tell:
    /// they often see but a part of the manifests. If one configuration serves several runs with different inputs, set the rule
    /// to `off`, and mind that slips are not found then.
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
