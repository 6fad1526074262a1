use crate::lint::rule::rule;

rule! {
    /// The port's `appProtocol` cannot be honoured, or different controllers read it in different ways. The finding tells which
    /// reading was chosen. A wrong one does not show before the first request: a gRPC server that is spoken to in HTTP/1.1
    /// hangs up, and clients get 502.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080, appProtocol: grpc}]}
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
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080, appProtocol: kubernetes.io/h2c}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// What is understood everywhere: `http` and `kubernetes.io/ws` (HTTP/1.1), `https` and `kubernetes.io/wss` (TLS to the
    /// server), `kubernetes.io/h2c` (HTTP/2 in clear text, which gRPC without TLS needs).
    APP_PROTOCOL_UNSUPPORTED = 215 {
        name: "app-protocol-unsupported",
        summary: "an `appProtocol` that cannot be honoured, or reads two ways",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0118", "KEP-3726", "opentdf/charts#77", "haproxytech/kubernetes-ingress#249"],
        check: Check::Stage,
    }
}
