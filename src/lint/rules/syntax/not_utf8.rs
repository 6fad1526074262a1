use crate::lint::rule::rule;

rule! {
    /// The file is not UTF-8, which is the only encoding that kubectl reads. An old editor wrote the `é` of this example as the
    /// one byte `E9`; on Windows, redirection in an older PowerShell writes UTF-16.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {city: Orl\xE9ans}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {city: Orléans}
    /// ```
    ///
    /// Save the file as UTF-8, or convert it:
    ///
    /// ```console
    /// iconv -f WINDOWS-1252 -t UTF-8 notes.yaml > notes.utf8.yaml
    /// ```
    NOT_UTF8 = 10 {
        name: "not-utf8",
        summary: "a file that is not UTF-8",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
