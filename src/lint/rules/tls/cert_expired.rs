use crate::lint::rule::rule;

rule! {
    /// The certificate is not valid on the day given with `--now`: it has expired, or has not begun. Expiry within 21 days is a
    /// warning. Without `--now` nothing is checked, so that a run gives the same answer every day.
    ///
    /// Renew the certificate and update the Secret. In CI, use `--now "$(date -u +%F)"`.
    CERT_EXPIRED = 405 {
        name: "cert-expired",
        summary: "the certificate has expired, or soon will have",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["haproxytech/kubernetes-ingress#846"],
        check: Check::Stage,
    }
}
