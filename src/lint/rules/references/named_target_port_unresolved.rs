use crate::lint::rule::rule;

rule! {
    /// The Service's `targetPort` is a name. Which number it has is written in the pods, and the EndpointSlices of the Service
    /// do not tell it, so there is no port to connect to and the routes answer 503.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: web-port}]}
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http}]
    /// endpoints: [{addresses: [10.1.0.1]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: web-port}]}
    /// ---
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
    /// Slices that a cluster makes have the number: renew them (`kubectl get endpointslices -o yaml`). In one that is written
    /// by hand, add it; or write the number as the `targetPort` of the Service.
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
