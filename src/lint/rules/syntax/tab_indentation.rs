use crate::lint::rule::rule;

rule! {
    /// YAML does not allow tabs for indentation. What looks aligned in an editor is not for the parser, and the document cannot
    /// be read. (`\t` in the first example is a tab.)
    ///
    /// ```escaped bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    /// \tname: notes
    /// \tnamespace: shop
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: notes
    ///   namespace: shop
    /// ```
    ///
    /// Replace the tabs by spaces (`expand -t 2 FILE`), and tell your editor to do so for `*.yaml`.
    TAB_INDENTATION = 11 {
        name: "tab-indentation",
        summary: "a tab where YAML wants spaces",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
