use crate::lint::rule::rule;

rule! {
    /// The file is encrypted (SOPS). Its values are cipher text, so there is nothing to compile, and certificates in it cannot be
    /// checked.
    ///
    /// ```console
    /// sops -d secrets.enc.yaml | ingressc compile deploy/ - -o build/haproxy
    /// ```
    ///
    /// Or name the certificate's file on HAProxy's host, so that the Secret is not needed: `certificates: {map: {shop/shop-tls:
    /// /etc/ssl/private/shop.pem}}`.
    ENCRYPTED_INPUT = 012 {
        name: "encrypted-input",
        summary: "a file that is still encrypted",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
