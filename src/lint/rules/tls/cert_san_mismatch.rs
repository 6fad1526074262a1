use crate::lint::rule::rule;

rule! {
    /// None of the certificate's names (subject alternative names) covers the host, so every client will refuse the connection.
    /// A wildcard covers exactly one label: `*.example.com` is good for `a.example.com`, not for `a.b.example.com` or
    /// `example.com`.
    ///
    /// ```yaml bad
    /// # The certificate of `shop-tls` is for shop.example.com, www.example.com and *.apps.example.com.
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [a.b.apps.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: a.b.apps.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [b.apps.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: b.apps.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Have the certificate issued for the host, or name another Secret. The common name does not count; browsers have ignored
    /// it for years.
    CERT_SAN_MISMATCH = 404 {
        name: "cert-san-mismatch",
        summary: "the certificate does not cover the host",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["RFC 6125"],
        check: Check::Stage,
    }
}
