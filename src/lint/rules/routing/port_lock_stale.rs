use crate::lint::rule::rule;

rule! {
    /// The lock of ports does not say what the manifests need: a Service is new and has no port yet, is gone, is back, or asks for
    /// another port than it had. `ingressc check` only remarks it, because `ingressc compile` writes the lock. With `--locked` it is
    /// an error, and nothing is written: for pipelines that compile what was reviewed and commit nothing.
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
    /// A Service that moves to another port leaves clients behind that have the former one in their configuration. So a move is a
    /// warning even without `--locked`, and the former port is kept back as a line of its own:
    ///
    /// ```text
    /// shop/web:80: 26735
    /// shop/web:80: 26001 released
    /// ```
    ///
    /// Run `ingressc ports update`, and commit the file together with the manifests: the review then shows which port each Service
    /// gets.
    PORT_LOCK_STALE = 333 {
        name: "port-lock-stale",
        summary: "the lock of ports does not say what the manifests need",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
