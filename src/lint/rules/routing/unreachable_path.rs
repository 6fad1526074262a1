use crate::lint::rule::rule;

rule! {
    /// Another rule takes every request that this path could get, so its backend is never asked.
    ///
    /// Remove the rule, or make it more specific than the one that covers it: a longer path, or `Exact`.
    UNREACHABLE_PATH = 302 {
        name: "unreachable-path",
        summary: "a stronger rule takes every request of this path",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0130", "haproxytech/kubernetes-ingress#177"],
        check: Check::Stage,
    }
}
