use crate::lint::rule::rule;

rule! {
    /// A Service has a port that `tcp.pool` does not have: an annotation fixes it, or the lock has it from the time of another pool.
    /// It is bound all the same, because clients have it in their configuration. But whoever opens the pool in a firewall has not
    /// opened this port.
    ///
    /// ```yaml bad ingressc.yaml
    /// tcp: {pool: 27000-27999}
    /// ```
    ///
    /// ```text bad ports.lock
    /// shop/web:80: 26735
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "26735"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// tcp: {pool: 26000-27999}
    /// ```
    ///
    /// ```text good ports.lock
    /// shop/web:80: 26735
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "26735"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// Where no pool is configured, nothing is said about ports beyond the default one.
    PORT_OUTSIDE_POOL = 332 {
        name: "port-outside-pool",
        summary: "a port that the pool does not have",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
