use crate::lint::rule::rule;

rule! {
    /// There is an EndpointSlice of the Service, and it has not a single address, so HAProxy answers its requests with 503.
    /// That is what the cluster says when a selector fits no pod, or a Deployment has zero replicas. A list without servers in
    /// the inventory says the same.
    ///
    /// ```yaml bad
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: []
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.1.0.1]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// Find out why the cluster has no pods for it (`kubectl get pods -n shop -l app=web`), and renew the slices in the input.
    /// Where the slices are known to be of no use here, leave them out: the next resolver is asked then (`nodePort`,
    /// `loadBalancer` and so on).
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
