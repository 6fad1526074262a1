use crate::lint::rule::rule;

rule! {
    /// The file is not UTF-8, which is the only encoding that kubectl reads. On Windows, redirection in an older PowerShell writes UTF-16.
    ///
    /// ```console
    /// iconv -f UTF-16 -t UTF-8 ingress.yaml > ingress.utf8.yaml
    /// ```
    NOT_UTF8 = 010 {
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
