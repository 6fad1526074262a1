use crate::lint::rule::rule;

rule! {
    /// A line starts with `<<<<<<<`, `=======` or `>>>>>>>`: two branches changed the same lines and nobody decided between them.
    ///
    /// Edit the file so that it says what is meant, remove the three marker lines, and commit again.
    MERGE_CONFLICT_MARKER = 006 {
        name: "merge-conflict-marker",
        summary: "a merge conflict that nobody has resolved",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
