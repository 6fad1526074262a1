use crate::lint::rule::rule;

rule! {
    /// The certificate is not valid on the day given with `--now`: it has expired, or has not begun. Every client refuses it.
    /// Expiry within 21 days is a warning. Without `--now` nothing is checked, so that a run gives the same answer every day.
    ///
    /// ```yaml bad
    /// # Valid until 2027-05-01; asked with `--now 2027-06-01`.
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: shop-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBPjCB5KADAgECAgRkClwJMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHNob3Aw
    ///     HhcNMjYwMTAxMDAwMDAwWhcNMjcwNTAxMDAwMDAwWjAPMQ0wCwYDVQQDDARzaG9w
    ///     MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBS/zaVvNrWDMXnZecHgOoe6M1E5O
    ///     sfHH1xe/f0CgCO4G0zPqpM9zmmHZkRO9BEUMXyj1TuJq/CjIyJri+htTi6MuMCww
    ///     KgYDVR0RBCMwIYINYS5leGFtcGxlLmNvbYIQc2hvcC5leGFtcGxlLmNvbTAKBggq
    ///     hkjOPQQDAgNJADBGAiEA+VUP9VXmcEbYQxLLBwxub0Y5b+JU313oZoPp0/pwsjYC
    ///     IQCdUvPKBETJWVCRRx30H/0Iru2xc5QsNkM27ogIJHWf2g==
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge0b5OhvCldxIzZzI
    ///     i9VdLNtnlQfAOFsROqe8ykm+OruhRANCAAQFL/NpW82tYMxedl5weA6h7ozUTk6x
    ///     8cfXF79/QKAI7gbTM+qkz3OaYdmRE70ERQxfKPVO4mr8KMjImuL6G1OL
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
