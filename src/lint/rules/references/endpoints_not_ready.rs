use crate::lint::rule::rule;

rule! {
    /// The Service has addresses, but none is ready. The cluster sends no traffic to such pods, and so the backend is without servers.
    ///
    /// A slice exported while a rollout was stuck or a pod was starting looks like this. Export it again once the pods are ready. If traffic shall
    /// reach them before that, set `publishNotReadyAddresses: true` on the Service.
    ENDPOINTS_NOT_READY = 207 {
        name: "endpoints-not-ready",
        summary: "every address of a Service is not ready",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
