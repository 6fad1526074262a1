use crate::lint::rule::rule;

rule! {
    /// The Secret holds the keys it needs, but what is in them cannot be used: no certificate in `tls.crt`, no private key in
    /// `tls.key`, a key that is encrypted, or PEM that is damaged. The hosts get no certificate; handshakes for them fail.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// # The values were encoded once more: `stringData` takes the text itself.
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: shop-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJYRENDQVFLZ0F3SUJBZ0lF
    ///   tls.key: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR0hBZ0VBTUJNR0J5cUdTTTQ5
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: shop-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBPzCB56ADAgECAgUAifjTbTAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARzaG9w
    ///     MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwEc2hv
    ///     cDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLP3bt77Is1ZV/5Q/oCvpYaZ2dp1
    ///     0dZeK6K0JgawbkE3dra6IJSHBbOwnO5ObqIebxKvv4r3T2TJwDXppgcQG56jMDAu
    ///     MCwGA1UdEQQlMCOCEHNob3AuZXhhbXBsZS5jb22CD3d3dy5leGFtcGxlLmNvbTAK
    ///     BggqhkjOPQQDAgNHADBEAiAyLNJtSsEb1QRN17F9UmQxxTXSIopWn3343gBxdmmS
    ///     MgIgVQyrAwyaa6mVrZjxT4xkVipx6MNJ1XZmZ9+tjgbq3hA=
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAs4Adl0wdgHxn34s
    ///     npgwgCBvf+2cSC6X+D2bjjbPzxShRANCAASz927e+yLNWVf+UP6Ar6WGmdnaddHW
    ///     XiuitCYGsG5BN3a2uiCUhwWzsJzuTm6iHm8Sr7+K909kycA16aYHEBue
    ///     -----END PRIVATE KEY-----
    /// ```
    ///
    /// Often the values were encoded twice, or lost their line breaks. Have a look: `base64 -d | openssl x509 -noout -subject`.
    /// An encrypted key is decrypted by `openssl pkey`.
    CERTIFICATE_UNUSABLE = 401 {
        name: "certificate-unusable",
        summary: "the Secret's PEM cannot be used as a certificate",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "jcmoraisjr/haproxy-ingress#952",
            "jcmoraisjr/haproxy-ingress#822",
            "haproxytech/kubernetes-ingress#55",
            "haproxytech/kubernetes-ingress#44",
        ],
        check: Check::Stage,
    }
}
