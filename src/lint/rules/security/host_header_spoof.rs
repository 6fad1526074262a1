use crate::lint::rule::rule;

rule! {
    /// The host that servers are told comes from something that the client writes: a header other than `Host`, a cookie, the
    /// path. Applications make links of it, in mails that reset passwords and in pages that caches keep, and choose the tenant by
    /// it. Whoever sends the request then decides where these links lead.
    ///
    /// Write the host itself. `%[req.hdr(host)]` is no finding: by that header the route was chosen.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/set-host: "%[req.hdr(X-Tenant)].shop.example.com"
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
    ///     haproxy.org/set-host: www.example.com
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    HOST_HEADER_SPOOF = 513 {
        name: "host-header-spoof",
        summary: "the client chooses the host that servers are told",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["gixy host_spoofing"],
        check: Check::Stage,
    }
}
