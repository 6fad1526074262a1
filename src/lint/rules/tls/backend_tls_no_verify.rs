use crate::lint::rule::rule;

rule! {
    /// Servers are spoken to over TLS, and nobody asks who they are. Whoever only listens on the way learns nothing. Whoever can answer in the
    /// server's place, with any certificate, gets the requests with all their cookies and passwords.
    ///
    /// ```yaml
    /// # bad
    /// haproxy.org/server-ssl: "true"
    /// # good
    /// haproxy.org/server-ssl: "true"
    /// haproxy.org/server-ca: shop/server-ca
    /// ```
    ///
    /// Name the authority that has signed the servers' certificates: a Secret with the key `ca.crt`. The certificates have to be for the name of the
    /// Service, `NAME.NAMESPACE.svc`, or for the external name of a Service of type ExternalName.
    ///
    /// On a network where nobody else can answer, such as one that is encrypted and authenticated by itself, the rule may be switched off.
    BACKEND_TLS_NO_VERIFY = 415 {
        name: "backend-tls-no-verify",
        summary: "servers are spoken to over TLS and never asked who they are",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0128"],
        check: Check::Stage,
    }
}
