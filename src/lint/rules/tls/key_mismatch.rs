use crate::lint::rule::rule;

rule! {
    /// The private key does not belong to the certificate. HAProxy would refuse to start with the two, so the hosts get no
    /// certificate.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: shop-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBQTCB56ADAgECAgUAhQwECTAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARzaG9w
    ///     MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwEc2hv
    ///     cDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABESnG+49M6O1AWww4ChIjqTMwVaq
    ///     CUwbbUkY2GWLDO9dVWEq4kXC8X0UcjAZGHmsX8cm5bIXIHer7g96lyF9fvyjMDAu
    ///     MCwGA1UdEQQlMCOCEHNob3AuZXhhbXBsZS5jb22CD3d3dy5leGFtcGxlLmNvbTAK
    ///     BggqhkjOPQQDAgNJADBGAiEAqEa4PSte8OVl33CZS3wpVi0ziw5qxp+Pz59JZMQX
    ///     jooCIQDYPiWgsMmy11u+KmT7iccRlo43QuDJDdFbSbo+/RYl/A==
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4eiX/cn+uI5xbW2/
    ///     ijvTauKura4B5iV24AsMLeFNmjihRANCAATFu0fda0hpU68p648WRHTb6WTu/aX7
    ///     loJ01MjBKh99hGvjXt44ty5mRJLC9BGmDDyJFYusmqXzp9pLyceNF0+A
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
    ///     MIIBQTCB56ADAgECAgUAhQwECTAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARzaG9w
    ///     MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwEc2hv
    ///     cDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABESnG+49M6O1AWww4ChIjqTMwVaq
    ///     CUwbbUkY2GWLDO9dVWEq4kXC8X0UcjAZGHmsX8cm5bIXIHer7g96lyF9fvyjMDAu
    ///     MCwGA1UdEQQlMCOCEHNob3AuZXhhbXBsZS5jb22CD3d3dy5leGFtcGxlLmNvbTAK
    ///     BggqhkjOPQQDAgNJADBGAiEAqEa4PSte8OVl33CZS3wpVi0ziw5qxp+Pz59JZMQX
    ///     jooCIQDYPiWgsMmy11u+KmT7iccRlo43QuDJDdFbSbo+/RYl/A==
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP/UeEMKJ+loWu5Pw
    ///     kBAER1mkJzUU9S3U+SP37eOL80qhRANCAAREpxvuPTOjtQFsMOAoSI6kzMFWqglM
    ///     G21JGNhliwzvXVVhKuJFwvF9FHIwGRh5rF/HJuWyFyB3q+4PepchfX78
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
    /// This happens when one half was renewed and the other kept. Both of these print the same line if they belong together:
    ///
    /// ```console
    /// openssl x509 -in tls.crt -noout -pubkey | sha256sum
    /// openssl pkey -in tls.key -pubout | sha256sum
    /// ```
    ///
    /// A key that fits another certificate of `tls.crt` than the first is no mismatch, but ING407 (`chain-order`).
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
