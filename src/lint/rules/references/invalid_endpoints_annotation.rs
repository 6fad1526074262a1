use crate::lint::rule::rule;

rule! {
    /// The annotation `ingressc/endpoints` of a Service says in which order resolvers look for its servers, and one of the
    /// words in it is no resolver. Nobody is asked then, and the routes of the Service answer 503: to ask in the usual order
    /// could lead to the servers that the annotation was written to keep away from.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/endpoints: "slice, inventory"}}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
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
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/endpoints: "slices, inventory"}}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// The resolvers are inventory, slices, nodePort, loadBalancer, externalName, externalIPs, dns, hostPort and clusterIP.
    /// `endpoints.services` in `ingressc.yaml` wins over the annotation.
    ///
    /// An annotation that pins the address of a load balancer, such as `metallb.io/loadBalancerIPs`, is read by the resolver
    /// `loadBalancer`. What is no IP address in it is left out.
    INVALID_ENDPOINTS_ANNOTATION = 228 {
        name: "invalid-endpoints-annotation",
        summary: "an annotation that is to say where servers are names no resolver or address",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
