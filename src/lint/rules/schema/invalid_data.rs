use crate::lint::rule::rule;

rule! {
    /// The API server refuses the Secret or ConfigMap: a key with other characters than letters, digits, `-`, `_` and `.`, a
    /// value under `data` of a Secret that is not base64, or more than 1 MiB in all. No certificate is taken from such a Secret.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: staff, namespace: shop}
    /// data: {ann: $5$saltsalt$5i1qBpoG1r2lckbKSq1CnT.UGPp8XJNqM5AYlEGzft6}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: staff, namespace: shop}
    /// stringData: {ann: $5$saltsalt$5i1qBpoG1r2lckbKSq1CnT.UGPp8XJNqM5AYlEGzft6}
    /// ```
    ///
    /// Under `stringData` values are written as they are; under `data` they are base64.
    INVALID_DATA = 122 {
        name: "invalid-data",
        summary: "a Secret or ConfigMap that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
