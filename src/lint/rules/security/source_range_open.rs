use crate::lint::rule::rule;

rule! {
    /// An allow-list holds `0.0.0.0/0` or `::/0`, so that it keeps nobody out, or nobody of one family of addresses. Often it is
    /// left over from a test.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/allow-list: 10.0.0.0/8, 0.0.0.0/0
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
    ///     haproxy.org/allow-list: 10.0.0.0/8, 2001:db8::/32
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// If everybody may come in, remove the key. Where a list of the controller's ConfigMap is to end for one Ingress, an empty
    /// value says so: `haproxy.org/allow-list: ""`. The list is used as it is written: HAProxy takes IPv4 addresses for part of
    /// `::/0`, and IPv6 addresses for no part of `0.0.0.0/0`.
    ///
    /// It lets in everybody, so only the configuration mutes it.
    SOURCE_RANGE_OPEN = 509 {
        name: "source-range-open",
        summary: "an allow-list that allows every address",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["gixy allow_without_deny"],
        check: Check::Stage,
    }
}
