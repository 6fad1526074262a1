use crate::lint::rule::rule;

rule! {
    /// A number is beyond what HAProxy takes: its timers end at 24.8 days, a weight at 256, a port at 65535. HAProxy would refuse the whole
    /// configuration, or quietly take another number.
    ///
    /// ```yaml
    /// # bad
    /// haproxy.org/timeout-server: 30d
    /// # good
    /// haproxy.org/timeout-server: 24d
    /// ```
    ///
    /// The value is left out, and if the key protects, its routes are closed.
    OUT_OF_RANGE = 609 {
        name: "out-of-range",
        summary: "a number beyond what HAProxy takes",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
