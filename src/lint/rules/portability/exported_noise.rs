use crate::lint::rule::rule;

rule! {
    /// The object holds what only a live cluster writes: a `status` that says something, `uid`, `resourceVersion`,
    /// `managedFields`. It comes from `kubectl get -o yaml`. It does no harm here, but makes diffs noisy, and an old
    /// `resourceVersion` makes `kubectl apply` fail.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop, uid: 8c1d6f0e-6a52, resourceVersion: "48213"}
    /// data: {hours: from nine to five}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {hours: from nine to five}
    /// ```
    ///
    /// Where a Service's load balancer is (`status.loadBalancer`) and what a Node says about itself is read, and no noise.
    /// `creationTimestamp`, `generation` and the annotation in which `kubectl apply` keeps what it was given go with the others;
    /// alone they are not told.
    ///
    /// Remove these fields, run the files through `ingressc redact`, or keep manifests that people wrote.
    EXPORTED_NOISE = 709 {
        name: "exported-noise",
        summary: "fields that only a live cluster writes",
        severity: Info,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
