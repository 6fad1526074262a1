use crate::lint::rule::rule;

rule! {
    /// None of the certificate's names (subject alternative names) covers the host, so every client will refuse the connection. A
    /// wildcard covers exactly one label: `*.example.com` is good for `a.example.com`, not for `a.b.example.com` or `example.com`.
    ///
    /// Have the certificate issued for the host, or name another Secret. The common name does not count; browsers have ignored it for years.
    CERT_SAN_MISMATCH = 404 {
        name: "cert-san-mismatch",
        summary: "the certificate does not cover the host",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
