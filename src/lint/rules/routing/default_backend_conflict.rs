use crate::lint::rule::rule;

rule! {
    /// Two objects claim the requests that no rule meets: two `defaultBackend`s, or a `defaultBackend` and a rule without host for `/`, with
    /// different Services. Which one would win depends on the controller and on the age of the objects.
    ///
    /// Keep one. A catch-all for a single host is better written as a rule of that host with the path `/`.
    DEFAULT_BACKEND_CONFLICT = 309 {
        name: "default-backend-conflict",
        summary: "two objects claim the default backend",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["haproxytech/kubernetes-ingress#811"],
        check: Check::Stage,
    }
}
