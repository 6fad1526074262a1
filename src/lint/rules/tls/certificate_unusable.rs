use crate::lint::rule::rule;

rule! {
    /// The Secret holds the keys it needs, but what is in them cannot be used: no certificate in `tls.crt`, no private key in `tls.key`, a key that is
    /// encrypted, or PEM that is damaged. The hosts get no certificate; handshakes for them fail.
    ///
    /// Often the values were encoded twice, or lost their line breaks. Have a look: `base64 -d | openssl x509 -noout -subject`. An encrypted
    /// key is decrypted by `openssl pkey`.
    CERTIFICATE_UNUSABLE = 401 {
        name: "certificate-unusable",
        summary: "the Secret's PEM cannot be used as a certificate",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
