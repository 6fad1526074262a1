use crate::lint::rule::rule;

rule! {
    /// A label of the host name (the text between two dots) is longer than 63 characters. The API server accepts it, but DNS does not, so no
    /// client can look the name up.
    ///
    /// Shorten it.
    LABEL_TOO_LONG = 328 {
        name: "label-too-long",
        summary: "a host name with a label longer than 63 characters",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
