use crate::lint::rule::rule;

rule! {
    /// There is nothing between two `---` lines but blanks or comments. Often a template's condition was false where it was meant to
    /// be true.
    ///
    /// If nothing belongs there, remove one of the `---` lines. In a Helm chart, move the separator inside the condition.
    EMPTY_DOCUMENT = 008 {
        name: "empty-document",
        summary: "a document that holds nothing",
        severity: Pedantic,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
