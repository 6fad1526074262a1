use crate::lint::rule::rule;

rule! {
    /// Some hosts of the Ingress have TLS and this one has not. Clients that try https get no certificate for it: HAProxy ends
    /// the handshake, or shows the default certificate, which browsers refuse for another name.
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
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com, www.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Add the host to an entry of `tls`, with a certificate that covers it. An entry without `hosts` speaks for every host
    /// that its certificate covers; so does an entry of another Ingress.
    RULE_HOST_WITHOUT_TLS = 403 {
        name: "rule-host-without-tls",
        summary: "some hosts of an Ingress have TLS, this one does not",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#3258", "kubernetes/ingress-nginx#2725"],
        check: Check::Stage,
    }
}
