use crate::lint::rule::rule;

rule! {
    /// Some objects name their namespace and this one does not. It goes wherever kubectl's context points at that moment, and
    /// Services and Secrets are only found in the same namespace.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes}
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
    /// ingressc puts it into the one of `--namespace` (`default` where nothing is said). Where more objects leave their
    /// namespace out than name it, that is a custom of the house: one finding tells it, at the first of them.
    ///
    /// Add `metadata.namespace`, or say with `--namespace` which one is meant.
    MISSING_NAMESPACE = 112 {
        name: "missing-namespace",
        summary: "some objects name their namespace, this one does not",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
