use crate::lint::rule::rule;

rule! {
    /// An exposed Service asks for any port, and every port of `tcp.pool` is in use, fixed by an annotation, or taken by another listener of this
    /// host. Ports of Services that are gone have been handed out by then, the lowest first; but not while there are errors, because a file that
    /// cannot be read may hold the Service.
    ///
    /// ```yaml
    /// # bad: ingressc.yaml, with three Services
    /// tcp: {pool: 26000-26001}
    /// ```
    ///
    /// ```yaml
    /// # good
    /// tcp: {pool: 26000-26099}
    /// ```
    ///
    /// The Service is not bound until the pool has a port for it. Widening the pool moves nobody.
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
