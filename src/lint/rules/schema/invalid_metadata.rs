use crate::lint::rule::rule;

rule! {
    /// A name, namespace, label or annotation key is not legal, and the API server refuses the object. Names are lower-case
    /// letters, digits, `-` and often `.`; keys are `prefix/name`; an object needs a name of its own, because `generateName`
    /// alone cannot be referred to.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: Shop_Notes, namespace: shop}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: shop-notes, namespace: shop}
    /// ```
    ///
    /// Write a legal name, and change whatever refers to it.
    INVALID_METADATA = 115 {
        name: "invalid-metadata",
        summary: "a name, namespace, label or annotation key that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
