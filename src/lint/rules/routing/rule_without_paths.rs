use crate::lint::rule::rule;

rule! {
    /// The rule names a host but no paths. Its requests go to the default backend of the Ingress if there is one, and are answered
    /// with 404 otherwise. Nothing else serves the host.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    ///   - host: www.example.com
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Under `profile: haproxytech` the rule counts as not written, as in that controller.
    ///
    /// Add `http.paths`, or remove the rule. A rule with a path and `backend`, without `http`, is of the API before v1, and is told
    /// on its own.
    RULE_WITHOUT_PATHS = 325 {
        name: "rule-without-paths",
        summary: "a host without paths",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
