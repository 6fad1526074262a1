use crate::lint::rule::rule;

rule! {
    /// The Service port that a rule leads to is UDP or SCTP. HTTP needs TCP, so no request can be sent there, and the route
    /// answers 503.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}, {name: http3, port: 443, protocol: UDP}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http3}}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}, {name: http3, port: 443, protocol: UDP}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// If a port number stands twice, once for TCP and once for UDP, the TCP one is taken. Add it, or lead to another port.
    PORT_PROTOCOL_NOT_TCP = 214 {
        name: "port-protocol-not-tcp",
        summary: "a UDP or SCTP port as the backend of HTTP routes",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#1078"],
        check: Check::Stage,
    }
}
