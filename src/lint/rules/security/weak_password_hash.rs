use crate::lint::rule::rule;

rule! {
    /// A password is hashed with DES crypt or MD5 crypt (`$1$`). Whoever gets hold of the hash finds the password within hours; DES reads only the
    /// first eight characters of it, so that longer ones are no better.
    ///
    /// ```yaml
    /// # bad
    /// tom: abJnggxhB/yWI
    /// # good
    /// tom: $5$saltsalt$gOjOtoMpVhru2uyjeJSEc/JaLQWOXMNmlOnj6T4AtC.
    /// ```
    ///
    /// The user can log in. Hash the password again with `openssl passwd -5` (SHA-256) or `openssl passwd -6` (SHA-512).
    WEAK_PASSWORD_HASH = 517 {
        name: "weak-password-hash",
        summary: "a password hash that is quickly guessed",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
