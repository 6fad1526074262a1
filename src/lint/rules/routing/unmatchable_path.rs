use crate::lint::rule::rule;

rule! {
    /// No request can have this path: it holds a blank, `?`, `#`, a control character or a letter outside of ASCII. Clients send such characters
    /// encoded or not at all, and HAProxy refuses requests that hold them.
    ///
    /// ```yaml
    /// # bad
    /// path: /größe?x=1
    /// # good
    /// path: /gr%C3%B6%C3%9Fe
    /// ```
    ///
    /// The query is not part of the path. Paths are compared as they are sent, without decoding.
    UNMATCHABLE_PATH = 324 {
        name: "unmatchable-path",
        summary: "a path that no request can have",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
