use crate::lint::rule::rule;

rule! {
    /// A route leads to a Service, and nothing in the input says where that Service is served as seen from HAProxy's host. Its
    /// requests are answered with 503, and connections to an exposed port are closed. Where the Service is only there to stand
    /// in for another one (`ingressc/backup`), the ports of that one work, and nobody stands in. The notes go through the
    /// resolvers of `endpoints.order` and say what each of them lacked.
    ///
    /// There is no silent way out: a `clusterIP` answers inside the cluster only, and a configuration that names it looks right
    /// and is down. Only `compile` reports this: `check` and `route` do not need servers.
    ///
    /// ```yaml bad compile
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: api, namespace: shop}
    /// spec: {selector: {app: api}, ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: api, port: {name: http}}}}
    /// ```
    ///
    /// Any one of these is enough. Which is cheapest depends on the way from HAProxy's host to the pods:
    ///
    /// - The host reaches the nodes: pin a node port, which never moves, and name the nodes in `ingressc.yaml`, as below.
    /// - The host has a route to the pods (cloud networks, BGP): add the EndpointSlices of the cluster to the inputs, `kubectl
    ///   get endpointslices -A -o yaml`, and again whenever pods move.
    /// - Something else stands in front of the Service, or it does not run in Kubernetes at all: list the servers in an
    ///   inventory.
    /// - The cluster's DNS answers this host: make the Service headless, and set `endpoints.dns`.
    ///
    /// ```yaml good compile
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: api, namespace: shop}
    /// spec: {type: NodePort, selector: {app: api}, ports: [{name: http, port: 80, nodePort: 30080}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: api, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [manifests.yaml]
    /// endpoints: {nodes: [10.0.0.11, 10.0.0.12]}
    /// ```
    ///
    /// The resolvers externalIPs, hostPort and clusterIP are only asked where `endpoints.order`, `endpoints.services` or the
    /// annotation `ingressc/endpoints` of the Service name them.
    ENDPOINTS_UNRESOLVED = 219 {
        name: "endpoints-unresolved",
        summary: "no resolver knows where the servers of a Service are",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
