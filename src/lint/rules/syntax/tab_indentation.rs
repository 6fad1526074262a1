use crate::lint::rule::rule;

rule! {
    /// YAML does not allow tabs for indentation. What looks aligned in an editor is not for the parser, and the document cannot be read.
    ///
    /// Replace the tabs by spaces (`expand -t 2 FILE`), and tell your editor to do so for `*.yaml`.
    TAB_INDENTATION = 011 {
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
