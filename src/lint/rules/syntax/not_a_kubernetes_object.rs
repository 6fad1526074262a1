use crate::lint::rule::rule;

rule! {
    /// The document has neither `apiVersion` nor `kind`, so it is no Kubernetes object: Helm values, a compose file, some tool's
    /// settings. It was skipped.
    ///
    /// ```yaml bad
    /// replicas: 2
    /// host: shop.example.com
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {host: shop.example.com}
    /// ```
    ///
    /// Leave such files out with `--exclude`. If it is meant to be a manifest, add the two lines.
    NOT_A_KUBERNETES_OBJECT = 13 {
        name: "not-a-kubernetes-object",
        summary: "a document without `apiVersion` and `kind`",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
