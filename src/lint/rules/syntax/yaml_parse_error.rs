use crate::lint::rule::rule;

rule! {
    /// The file, or one document of it, is not YAML. Nothing in it was checked, so a run with this finding is never clean.
    ///
    /// The place is where the parser gave up. The cause often stands a line or more above it: a bracket or quote that is not closed, a
    /// value with `: ` in it that needs quotes, or lines that are not indented alike.
    ///
    /// ```yaml
    /// # bad: the quote is never closed
    /// host: "shop.example.com
    /// # good
    /// host: "shop.example.com"
    /// ```
    ///
    /// No flag hides this finding. If the file is not a manifest, leave it out with `--exclude`.
    YAML_PARSE_ERROR = 001 {
        name: "yaml-parse-error",
        summary: "a file cannot be read as YAML",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["stackrox/kube-linter#209"],
        check: Check::Stage,
    }
}
