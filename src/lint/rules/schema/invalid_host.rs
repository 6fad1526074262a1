use crate::lint::rule::rule;

rule! {
    /// The API server refuses the host. It is a DNS name in lower case, without scheme, port or path; a star may only stand for the whole
    /// first label.
    ///
    /// ```yaml
    /// # bad
    /// - host: https://App.example.com:8443
    /// - host: "*.*.example.com"
    /// # good
    /// - host: app.example.com
    /// - host: "*.example.com"
    /// ```
    ///
    /// The port is set where HAProxy listens, not in an Ingress.
    INVALID_HOST = 106 {
        name: "invalid-host",
        summary: "a host that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["guerzon/vaultwarden#125", "rancher/dashboard#7025"],
        check: Check::Stage,
    }
}
