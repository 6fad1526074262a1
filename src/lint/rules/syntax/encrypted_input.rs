use crate::lint::rule::rule;

rule! {
    /// The file is encrypted (SOPS, git-crypt, Ansible Vault, age, PGP). Its values are cipher text, so there is nothing to
    /// compile, and certificates in it cannot be checked.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: staff, namespace: shop}
    /// stringData: {ann: "ENC[AES256_GCM,data:p0x5Rw==,iv:3LxgGkAuTtD6,tag:6mXn5Yw5mB2rCw==,type:str]"}
    /// sops: {version: 3.9.1}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: staff, namespace: shop}
    /// stringData: {ann: $5$saltsalt$5i1qBpoG1r2lckbKSq1CnT.UGPp8XJNqM5AYlEGzft6}
    /// ```
    ///
    /// Decrypt it on the way in:
    ///
    /// ```console
    /// sops -d secrets.enc.yaml | ingressc compile deploy/ - -o build/haproxy
    /// ```
    ///
    /// Or name the certificate's file on HAProxy's host, so that the Secret is not needed: `certificates: {map: {shop/shop-tls:
    /// /etc/ssl/private/shop.pem}}`.
    ENCRYPTED_INPUT = 12 {
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
