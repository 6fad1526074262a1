use crate::lint::rule::rule;

rule! {
    /// The private key does not belong to the certificate. HAProxy would refuse to start with the two.
    ///
    /// This happens when one half was renewed and the other kept. Both of these print the same line if they belong together:
    ///
    /// ```console
    /// openssl x509 -in tls.crt -noout -pubkey | sha256sum
    /// openssl pkey -in tls.key -pubout | sha256sum
    /// ```
    KEY_MISMATCH = 406 {
        name: "key-mismatch",
        summary: "the private key does not belong to the certificate",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#253"],
        check: Check::Stage,
    }
}
