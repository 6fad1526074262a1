use crate::lint::rule::rule;

rule! {
    /// The Secret is there but does not hold what is needed: for TLS the keys `tls.crt` and `tls.key`, and the type `kubernetes.io/tls`.
    ///
    /// ```console
    /// kubectl create secret tls shop-tls --cert=chain.pem --key=key.pem --dry-run=client -o yaml
    /// ```
    ///
    /// Keys called `cert`, `crt` or `key` are a sign of a Secret that was made by hand; rename them.
    SECRET_MISSING_KEYS = 209 {
        name: "secret-missing-keys",
        summary: "a Secret without the keys or of another type than is needed",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#71"],
        check: Check::Stage,
    }
}
