use crate::lint::rule::rule;

rule! {
    /// The key is too short (RSA below 2048 bits) or the signature too old (SHA-1, MD5). OpenSSL at its usual security level refuses such
    /// certificates, and then HAProxy does not start; clients refuse them, too.
    ///
    /// Have it issued anew with ECDSA P-256 or RSA 2048.
    WEAK_KEY = 409 {
        name: "weak-key",
        summary: "a key or signature with which HAProxy refuses to start",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
