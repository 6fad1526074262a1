use crate::lint::rule::rule;

rule! {
    /// Clients have to show a certificate when they come over TLS, and the same routes answer plain requests, where nobody can be asked for one. Whoever
    /// leaves the `s` of `https` out is let in.
    ///
    /// ```yaml
    /// # bad: the ConfigMap alone
    /// data: {client-ca: haproxy/client-ca}
    /// ```
    ///
    /// ```yaml
    /// # good: plain requests are sent to https
    /// data: {client-ca: haproxy/client-ca, ssl-redirect: "true"}
    /// ```
    ///
    /// A redirect answers before the servers are reached. Without plain HTTP at all, `listen: {http: []}` in `ingressc.yaml` does the same. The rule is
    /// not told where certificates are optional (`client-crt-optional`), and not for routes that are closed or redirected.
    CLIENT_CERTIFICATE_BYPASSED = 419 {
        name: "client-certificate-bypassed",
        summary: "clients are to show certificates, and the same routes answer in clear",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
