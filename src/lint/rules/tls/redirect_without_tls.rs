use crate::lint::rule::rule;

rule! {
    /// Plain requests for a host are sent to https, and no certificate here answers for it: no Secret in `spec.tls` covers the
    /// name, and there is no default certificate. HAProxy refuses such handshakes, so a browser that follows the redirect sees
    /// an error instead of the page.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/ssl-redirect: "true"}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/ssl-redirect: "true"}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Name the host in `spec.tls`, or set `certificates.default` in ingressc.yaml. Nothing is said where this HAProxy does not
    /// listen for https: then somebody else answers there.
    REDIRECT_WITHOUT_TLS = 413 {
        name: "redirect-without-tls",
        summary: "a redirect to HTTPS for a host that no certificate covers",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#2725"],
        check: Check::Stage,
    }
}
