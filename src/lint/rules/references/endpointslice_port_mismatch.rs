use crate::lint::rule::rule;

rule! {
    /// The slices of the Service have addresses, but none has a port with the name of the Service's port. That name is what
    /// ties the two together, for kube-proxy as well, so the addresses are not used and the routes answer 503.
    ///
    /// ```yaml bad
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: web, port: 8080}]
    /// endpoints: [{addresses: [10.1.0.1]}]
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
    /// Give the port of the slice the name of the Service's port. A port of the Service without a name wants a port of the
    /// slice without one.
    ENDPOINTSLICE_PORT_MISMATCH = 205 {
        name: "endpointslice-port-mismatch",
        summary: "no slice has a port of the Service port's name",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
