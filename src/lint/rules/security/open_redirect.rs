use crate::lint::rule::rule;

rule! {
    /// The host to which a redirect leads is taken from the request, such as its `Host` or another header. Who can make a client,
    /// or a cache before HAProxy, send such a header decides where users end up, and the address that they clicked looks like
    /// yours.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/request-redirect: https://%[req.hdr(X-Target)]
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
    ///   annotations:
    ///     haproxy.org/request-redirect: https://www.example.com
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Write the host itself. Where several hosts are to be redirected each to its own target, give each an Ingress.
    OPEN_REDIRECT = 515 {
        name: "open-redirect",
        summary: "the client chooses where a redirect leads",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["gixy http_splitting"],
        check: Check::Stage,
    }
}
