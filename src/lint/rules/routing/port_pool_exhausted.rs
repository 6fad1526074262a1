use crate::lint::rule::rule;

rule! {
    /// An exposed Service asks for any port, and every port of `tcp.pool` is in use, fixed by an annotation, or taken by another
    /// listener of this host. Ports of Services that are gone have been handed out by then, the lowest first; but not while there are
    /// errors, because a file that cannot be read may hold the Service.
    ///
    /// ```yaml bad ingressc.yaml
    /// tcp: {pool: 26000-26000}
    /// ```
    ///
    /// ```text bad ports.lock
    /// shop/cart:80: 26000
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop, annotations: {ingressc/expose: "true"}}
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
    /// ```yaml good ingressc.yaml
    /// tcp: {pool: 26000-26099}
    /// ```
    ///
    /// ```text good ports.lock
    /// shop/cart:80: 26000
    /// shop/web:80: 26001
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop, annotations: {ingressc/expose: "true"}}
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
    /// The Service is not bound until the pool has a port for it. Widen the pool, which moves nobody, or forget ports that are
    /// released and whose clients are gone: `ingressc ports prune`.
    PORT_POOL_EXHAUSTED = 331 {
        name: "port-pool-exhausted",
        summary: "no port of the pool is left for an exposed Service",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
