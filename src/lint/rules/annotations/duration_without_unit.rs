use crate::lint::rule::rule;

rule! {
    /// A number without a unit is milliseconds to HAProxy. Who writes `30` has most likely meant seconds, and then every answer
    /// that takes longer than a thirtieth of a second is a 504.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/timeout-server: "30"
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
    ///     haproxy.org/timeout-server: 30s
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The value counts as milliseconds. Write the unit, also where milliseconds are meant: `ms`, `s`, `m`, `h` or `d`.
    DURATION_WITHOUT_UNIT = 608 {
        name: "duration-without-unit",
        summary: "a duration without a unit, which means milliseconds",
        severity: Warning,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#11726"],
        check: Check::Stage,
    }
}
