use crate::lint::rule::rule;

rule! {
    /// There is nothing between two `---` lines but blanks. Nothing is wrong for kubectl, which skips it, but often a template's
    /// condition was false where it was meant to be true.
    ///
    /// ```yaml bad
    /// ---
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {hours: from nine to five}
    /// ```
    ///
    /// ```yaml good
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {hours: from nine to five}
    /// ```
    ///
    /// If nothing belongs there, remove one of the `---` lines. In a Helm chart, move the separator inside the condition.
    EMPTY_DOCUMENT = 8 {
        name: "empty-document",
        summary: "a document that holds nothing",
        severity: Pedantic,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
