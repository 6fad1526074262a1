use crate::lint::rule::rule;

rule! {
    /// A server is never checked, because its entry in the inventory says `check: false`. To HAProxy it is always up: it gets its share of the
    /// requests when nobody answers there, and each of them waits for the connection to fail before another server is tried.
    ///
    /// ```yaml
    /// # bad
    /// shop/web:http: [{address: 10.0.0.1, check: false}, 10.0.0.2]
    /// # good
    /// shop/web:http: [{address: 10.0.0.1, check: 8081}, 10.0.0.2]
    /// ```
    ///
    /// Check another port, or leave `check` out: a connection now and then disturbs few servers. A single server in front of which something
    /// else checks, such as a load balancer, may go without; set the rule to `off` then.
    HEALTH_CHECK_MISSING = 808 {
        name: "health-check-missing",
        summary: "a server that is never checked",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
