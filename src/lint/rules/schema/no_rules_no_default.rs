use crate::lint::rule::rule;

rule! {
    /// The Ingress has neither rules nor a default backend, so it routes nothing, and the API server refuses it.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    /// ```
    ///
    /// Add what is to be routed, or remove the Ingress. Look at the indentation first: `rules` beside `spec` instead of below it
    /// has this effect.
    NO_RULES_NO_DEFAULT = 108 {
        name: "no-rules-no-default",
        summary: "an Ingress that routes nothing",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
