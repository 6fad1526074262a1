use crate::lint::rule::rule;

rule! {
    /// The file, or one document of it, is not YAML. Nothing in it was checked, so a run with this finding is never clean.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data:
    ///   hours: "9:00 to 17:00
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data:
    ///   hours: "9:00 to 17:00"
    /// ```
    ///
    /// The place is where the parser gave up. The cause often stands a line or more above it: a bracket or quote that is not
    /// closed, a value with `: ` in it that needs quotes, or lines that are not indented alike.
    ///
    /// Repair the text. No flag hides this finding; if the file is not a manifest, leave it out with `--exclude`.
    YAML_PARSE_ERROR = 1 {
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
