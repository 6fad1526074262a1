use crate::lint::rule::rule;

rule! {
    /// `yes`, `no`, `on`, `off`, `y` and `n` are booleans in YAML 1.1, which kubectl reads, and strings in YAML 1.2, which many
    /// editors and libraries read. Where the field is a string, kubectl sends a boolean, and the API server refuses the object.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {maintenance: off}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {maintenance: "off"}
    /// ```
    ///
    /// Put quotes around the word.
    YAML11_TRUTHY = 4 {
        name: "yaml11-truthy",
        summary: "`yes`, `no`, `on` or `off` without quotes where a string belongs",
        severity: Error,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/kubernetes#60843"],
        check: Check::Stage,
    }
}
