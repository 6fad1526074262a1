use crate::lint::rule::rule;

rule! {
    /// The object holds what only a live cluster writes: a `status` that says something, `uid`, `resourceVersion`, `managedFields`. It comes from
    /// `kubectl get -o yaml`. It does no harm here, but makes diffs noisy, and an old `resourceVersion` makes `kubectl apply` fail.
    ///
    /// Where a Service's load balancer is (`status.loadBalancer`) and what a Node says about itself is read, and no noise.
    ///
    /// Remove these fields, run the files through `ingressc redact`, or keep manifests that people wrote.
    EXPORTED_NOISE = 709 {
        name: "exported-noise",
        summary: "fields that only a live cluster writes",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
