use crate::lint::rule::rule;

rule! {
    /// The certificates in `tls.crt` are out of order, or one of them has nothing to do with the others. The host's own comes
    /// first, then the one that signed it, and so on; the root is left out. ingressc puts them in order, but other software may
    /// not: a TLS server shows them as they stand, and RFC 8446 wants the host's own first.
    ///
    /// ```yaml bad
    /// # The authority stands before the certificate that it has signed.
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: shop-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBNTCB3KADAgECAgRj4gJHMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDEV4YW1w
    ///     bGUgUm9vdDAeFw0yNjAxMDEwMDAwMDBaFw00NjAxMDEwMDAwMDBaMBoxGDAWBgNV
    ///     BAMMD0V4YW1wbGUgSXNzdWluZzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKEV
    ///     ShQPyGHKRRqqNshkByCfNkxrrl9rlyKDhjRnWGRbRBaiWHivw3OL6EDJBp8sxV+4
    ///     b4KImJpJ4kL9GwIZgiqjEzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
    ///     SAAwRQIhAPQ35yqiUOG/t/+qNuqJagK0GuXNpp2+thvdjaZiUZGXAiAYkj3Fpmi1
    ///     eTSvJUq8UL9lPSNruR9yF9lBByo6icbTZQ==
    ///     -----END CERTIFICATE-----
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBOjCB4KADAgECAgQna7o1MAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD0V4YW1w
    ///     bGUgSXNzdWluZzAeFw0yNjAxMDEwMDAwMDBaFw00NjAxMDEwMDAwMDBaMA8xDTAL
    ///     BgNVBAMMBHNob3AwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATW1V/SlPHPP/Jp
    ///     QJlVVCRKdfGykvV/x6Eqrrfx1OXtNchHOH8JFI4NZ85LKyieYml8N/3Mg709eAyi
    ///     9vNIQBHbox8wHTAbBgNVHREEFDASghBzaG9wLmV4YW1wbGUuY29tMAoGCCqGSM49
    ///     BAMCA0kAMEYCIQDKJ4TJY1WJz6tp9YNL4C4DwodJUXOHP6lh3kqNS+0uNAIhAKOu
    ///     l7pluXvH5VZqkYqDIp5orVtoKNpABhpyjVJjPVdy
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFDwxtLYwUocuXT1I
    ///     ZkvVwBtShIXGlfiL7celJBs+vNShRANCAATW1V/SlPHPP/JpQJlVVCRKdfGykvV/
    ///     x6Eqrrfx1OXtNchHOH8JFI4NZ85LKyieYml8N/3Mg709eAyi9vNIQBHb
    ///     -----END PRIVATE KEY-----
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: shop-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBOjCB4KADAgECAgQna7o1MAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD0V4YW1w
    ///     bGUgSXNzdWluZzAeFw0yNjAxMDEwMDAwMDBaFw00NjAxMDEwMDAwMDBaMA8xDTAL
    ///     BgNVBAMMBHNob3AwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATW1V/SlPHPP/Jp
    ///     QJlVVCRKdfGykvV/x6Eqrrfx1OXtNchHOH8JFI4NZ85LKyieYml8N/3Mg709eAyi
    ///     9vNIQBHbox8wHTAbBgNVHREEFDASghBzaG9wLmV4YW1wbGUuY29tMAoGCCqGSM49
    ///     BAMCA0kAMEYCIQDKJ4TJY1WJz6tp9YNL4C4DwodJUXOHP6lh3kqNS+0uNAIhAKOu
    ///     l7pluXvH5VZqkYqDIp5orVtoKNpABhpyjVJjPVdy
    ///     -----END CERTIFICATE-----
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBNTCB3KADAgECAgRj4gJHMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDEV4YW1w
    ///     bGUgUm9vdDAeFw0yNjAxMDEwMDAwMDBaFw00NjAxMDEwMDAwMDBaMBoxGDAWBgNV
    ///     BAMMD0V4YW1wbGUgSXNzdWluZzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKEV
    ///     ShQPyGHKRRqqNshkByCfNkxrrl9rlyKDhjRnWGRbRBaiWHivw3OL6EDJBp8sxV+4
    ///     b4KImJpJ4kL9GwIZgiqjEzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
    ///     SAAwRQIhAPQ35yqiUOG/t/+qNuqJagK0GuXNpp2+thvdjaZiUZGXAiAYkj3Fpmi1
    ///     eTSvJUq8UL9lPSNruR9yF9lBByo6icbTZQ==
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFDwxtLYwUocuXT1I
    ///     ZkvVwBtShIXGlfiL7celJBs+vNShRANCAATW1V/SlPHPP/JpQJlVVCRKdfGykvV/
    ///     x6Eqrrfx1OXtNchHOH8JFI4NZ85LKyieYml8N/3Mg709eAyi9vNIQBHb
    ///     -----END PRIVATE KEY-----
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// A missing intermediate cannot be mended here: browsers may know it, other clients do not, and fail. Ask the authority
    /// for the whole chain.
    CHAIN_ORDER = 407 {
        name: "chain-order",
        summary: "the certificate chain is out of order or incomplete",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["RFC 8446"],
        check: Check::Stage,
    }
}
