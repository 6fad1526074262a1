use crate::lint::rule::rule;

rule! {
    /// The entry of `tls` names no Secret. Here this means the default certificate, which is `certificates.default` in
    /// ingressc.yaml; where there is none, handshakes for these hosts are refused. Other controllers use a certificate of their
    /// own, or pass TLS through.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com]}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
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
    /// ```
    ///
    /// Name a Secret, or set the default certificate.
    EMPTY_TLS_SECRETNAME = 410 {
        name: "empty-tls-secretname",
        summary: "a TLS entry without a Secret",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["haproxytech/kubernetes-ingress#313", "nginx/kubernetes-ingress#496"],
        check: Check::Stage,
    }
}
