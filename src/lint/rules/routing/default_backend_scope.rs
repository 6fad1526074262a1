use crate::lint::rule::rule;

rule! {
    /// The Ingress has rules and a `defaultBackend`. By the Kubernetes text that backend is for requests that match none of the rules. Some
    /// controllers make it the default of the whole proxy, others of the hosts of this Ingress. Here it answers for the hosts of this
    /// Ingress; under `profile: haproxytech` for every host, and a second one anywhere is a conflict.
    ///
    /// If it is meant for one host, write a rule for that host with `path: /` and `pathType: Prefix`; all controllers agree on that.
    DEFAULT_BACKEND_SCOPE = 327 {
        name: "default-backend-scope",
        summary: "a default backend beside rules, which controllers scope differently",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
