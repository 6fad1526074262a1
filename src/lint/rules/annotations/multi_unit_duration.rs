use crate::lint::rule::rule;

rule! {
    /// A duration has several units, as Go programs take them. HAProxy takes one number with one unit, and so does the
    /// controller, which drops such a value and goes on with its default.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/timeout-server: 1m30s
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
    ///     haproxy.org/timeout-server: 90s
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The value is left out. The sum in one unit is in the help of the finding.
    MULTI_UNIT_DURATION = 610 {
        name: "multi-unit-duration",
        summary: "a duration of several units",
        severity: Error,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
