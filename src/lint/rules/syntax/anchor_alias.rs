use crate::lint::rule::rule;

rule! {
    /// The document uses an alias (`*name`). kubectl expands it, and so does ingressc; nothing is wrong. But a finding about the
    /// value points at the anchor, and a change there changes every use.
    ///
    /// ```yaml
    /// x-port: &port {number: 80}
    /// backend: {service: {name: web, port: *port}}
    /// ```
    ///
    /// Write the value out where readers should see it.
    ANCHOR_ALIAS = 007 {
        name: "anchor-alias",
        summary: "an alias: places and fixes point at the anchor",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
