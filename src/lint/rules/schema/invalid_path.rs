use crate::lint::rule::rule;

rule! {
    /// The API server refuses the path. An Exact or Prefix path starts with `/` and holds no `//`, `/./`, `/../`, and no encoded slash
    /// (`%2f`).
    ///
    /// ```yaml
    /// # bad
    /// path: api/v1
    /// # good
    /// path: /api/v1
    /// ```
    ///
    /// Such paths are refused because proxies and servers normalise them differently, which is how access rules are got around.
    INVALID_PATH = 105 {
        name: "invalid-path",
        summary: "a path that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
