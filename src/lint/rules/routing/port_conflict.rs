use crate::lint::rule::rule;

rule! {
    /// Two listeners want one port of the same address. The kernel would hand connections to either, so only one of them gets it:
    /// HTTP, HTTPS, the metrics and the peers keep what the configuration gives them; then comes who has the port in the lock; then
    /// the first by namespace, name and port, Services before the objects that list ports. The other one is not bound anywhere until
    /// it has another port.
    ///
    /// ```text bad ports.lock
    /// shop/cart:80: 26735
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop, annotations: {ingressc/expose: "26735"}}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "26735"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// ```text good ports.lock
    /// shop/cart:80: 26735
    /// shop/web:80: 26000
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop, annotations: {ingressc/expose: "26735"}}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// A Service that has its port from the lock moves by an annotation: `ingressc/expose-port.5432: "26004"`. The help names a port
    /// that is free. The one that it leaves is kept for its clients. `ingressc ports` lists who has which port.
    PORT_CONFLICT = 322 {
        name: "port-conflict",
        summary: "two listeners want one port",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0145"],
        check: Check::Stage,
    }
}
