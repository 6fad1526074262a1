use crate::lint::rule::rule;

rule! {
    /// The Service has addresses, but none is ready. The cluster sends no traffic to such pods, so the backend is without
    /// servers and its routes answer 503. If some are terminating and still serve, those are taken, as kube-proxy does.
    ///
    /// ```yaml bad
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.1.0.1], conditions: {ready: false}}]
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
    /// endpoints: [{addresses: [10.1.0.1], conditions: {ready: true}}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// A slice exported while a rollout was stuck or a pod was starting looks like this. Export it again once the pods are
    /// ready. If traffic shall reach them before that, set `publishNotReadyAddresses: true` on the Service.
    ENDPOINTS_NOT_READY = 207 {
        name: "endpoints-not-ready",
        summary: "every address of a Service is not ready",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["KEP-1669"],
        check: Check::Stage,
    }
}
