use crate::lint::rule::rule;

rule! {
    /// There are both an Endpoints object and EndpointSlices for one Service, and they do not have the same addresses. The
    /// slices count, as they do for kube-proxy. One of the two is stale, and it is not always the Endpoints object.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Endpoints
    /// metadata: {name: web, namespace: shop}
    /// subsets: [{addresses: [{ip: 10.1.0.9}], ports: [{name: http, port: 8080}]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// The EndpointSlice of `web` lists 10.1.0.1 and 10.1.0.2. Without the Endpoints object nothing disagrees:
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// Endpoints are deprecated since Kubernetes 1.33; leave them out of the inputs, and write slices where you wrote them by
    /// hand.
    ENDPOINTS_DIFFER_FROM_SLICES = 218 {
        name: "endpoints-differ-from-slices",
        summary: "Endpoints and EndpointSlices of one Service disagree",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["KEP-4974"],
        check: Check::Stage,
    }
}
