use crate::lint::rule::rule;

rule! {
    /// The path holds characters of a regular expression, but is `Exact` or `Prefix` and is compared as plain text. No sane request has such
    /// a path, so the rule does not do what it says.
    ///
    /// ```yaml
    /// # bad
    /// path: /api/(.*)
    /// pathType: Prefix
    /// # good
    /// path: /api
    /// pathType: Prefix
    /// ```
    REGEX_IN_PLAIN_PATH = 314 {
        name: "regex-in-plain-path",
        summary: "a path that looks like a regular expression but is compared as text",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
