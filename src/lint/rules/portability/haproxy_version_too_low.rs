use crate::lint::rule::rule;

rule! {
    /// A setting needs a newer HAProxy than the oldest one that must load the output, which is `target.haproxy` in ingressc.yaml, or `--haproxy`. That
    /// HAProxy would refuse the whole configuration.
    ///
    /// ```yaml
    /// # ingressc.yaml
    /// target: {haproxy: "3.0"}
    /// ```
    ///
    /// The setting is left out, and if it protects, its routes are closed. Raise the target when no host runs an older version, or do without the setting.
    /// `ingressc explain KEY` names the version that a key needs.
    HAPROXY_VERSION_TOO_LOW = 707 {
        name: "haproxy-version-too-low",
        summary: "a setting that needs a newer HAProxy",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
