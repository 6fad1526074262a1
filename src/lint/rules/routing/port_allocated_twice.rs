use crate::lint::rule::rule;

rule! {
    /// The lock gives one port to two Services. That is what two branches come to: each gave the lowest free port to a Service of its
    /// own, and both lines survived the merge.
    ///
    /// ```text bad ports.lock
    /// shop/cart:80: 26003
    /// shop/web:80: 26003
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
    /// ```text good ports.lock
    /// shop/cart:80: 26003
    /// shop/web:80: 26004
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
    /// `ingressc ports repair` lets the older entry keep the port, as git tells it, and gives the newer one the lowest free port that
    /// no manifest names. Better run it in the branch before it is merged, with `--base origin/main`: what the main branch has
    /// stands. Until then the first by namespace, name and port has the port, and the lock is not written.
    PORT_ALLOCATED_TWICE = 335 {
        name: "port-allocated-twice",
        summary: "the lock of ports gives one port to two Services",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
