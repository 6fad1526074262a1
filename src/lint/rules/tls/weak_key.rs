use crate::lint::rule::rule;

rule! {
    /// The key is too short (RSA below 2048 bits) or the signature too old (SHA-1, MD5). OpenSSL at security level 2, the
    /// default of most distributions, refuses such certificates, and then HAProxy does not start; clients refuse them, too. The
    /// hosts get no certificate.
    ///
    /// ```yaml bad
    /// # RSA with 1024 bits.
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: shop-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBtjCCAR+gAwIBAgIECuwJ7TANBgkqhkiG9w0BAQsFADAPMQ0wCwYDVQQDDARz
    ///     aG9wMB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwE
    ///     c2hvcDCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAyeMQOLQ3XxlQYn8+Vy8d
    ///     8Ma5wea4fKksTWJJVQcON8EafXl8MUOLdlapAGIRpU/ftiFkhMOofP+o2pKj/OeU
    ///     4nctmD2FMQa8ngwwjRFhX3C0h9QKB/cUEtEdtoXaVDE308+N5xanMWIbc4fPfwGA
    ///     kvzf0xkJAE1Bd9yNqikHa6ECAwEAAaMfMB0wGwYDVR0RBBQwEoIQc2hvcC5leGFt
    ///     cGxlLmNvbTANBgkqhkiG9w0BAQsFAAOBgQA34Lug/AnUou7eYI42egjYLTELCQ84
    ///     qUjFKdNAxq13I8NSBbpuPP7q/LWXnmCnq06fCLwo5WLI0ebB6y7m7j7aA8JHxQQg
    ///     yX6sMyjv9qOzWrdqS52kRMq7BTsPQpzQ12x/xeM77lGDd6lH4wQK2uMX3uq8M4XN
    ///     TZb+sU9m17OOSA==
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMnjEDi0N18ZUGJ/
    ///     PlcvHfDGucHmuHypLE1iSVUHDjfBGn15fDFDi3ZWqQBiEaVP37YhZITDqHz/qNqS
    ///     o/znlOJ3LZg9hTEGvJ4MMI0RYV9wtIfUCgf3FBLRHbaF2lQxN9PPjecWpzFiG3OH
    ///     z38BgJL839MZCQBNQXfcjaopB2uhAgMBAAECgYA/Ioo9IWa7j8AKvX4yZ6K2XH9U
    ///     +yEwovsezCDgvU8d8n6lRKupAFWJ0XoSi5i3GO5+F51Gw6VaSd11VSyBd66gQO1h
    ///     WpCQBHgmheSE5pRJOpLU80RRJ43uKytDvcsvWthIcvFg4a9uhyZSMi/Hx/kah5NA
    ///     A/HobYFyAHzSSQnXrQJBAPw7w5d/Lrr18/fkhZ71XqT+FIW9DkwzEyQNCieaoMG1
    ///     es9RyU4NanEWnrW5Xm/QL37/QvI4vfaN5MC2cOG2XtMCQQDM5tXPlOJxpW0iyS1x
    ///     YgAV5SWsinMxTewjnEJ7hAyLgXUHDpbhsN66srMdLoWyt11gDUKuULKp6sciTPpT
    ///     kYs7AkAckLAf8hlatwwAIPM5A1TKnrO4Saba3lXmmUtzHMHj7ieQXxTLMB3D3Onw
    ///     bqPRSeR3H3V3dRGeYIdtg7vY9AxdAkEAxPhCIUJmTAlSWFY8MPqcSm/1P1/4TDU0
    ///     Ayd7YXEW/iR8c0Q7FsoH0kFmnW7TZ3GNeYBF0XwRw/XFZ9vH5/3JcQJBAKXdmYNR
    ///     JCzYbayI/Tnl4POtRLxm7K32l/F63ESdO5O+zfiNu9e8pu+WRoYJU4TyrnYpLmze
    ///     15c1jut+FwzV3yQ=
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
    /// # ECDSA P-256.
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
    /// Have it issued anew with ECDSA P-256 or RSA 2048, signed with SHA-256.
    WEAK_KEY = 409 {
        name: "weak-key",
        summary: "a key or signature with which HAProxy refuses to start",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["RFC 9155"],
        check: Check::Stage,
    }
}
