use crate::lint::rule::rule;

rule! {
    /// A rule has no host, so it meets requests for every host that no other rule names, and only those. Where a host has rules of
    /// its own, this rule is not asked, not even for paths that the host does not have. Some controllers do ask it.
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
    ///   - http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
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
    ///     http:
    ///       paths:
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    ///
    /// Rules side by side in one Ingress look as if they belonged together, so that is a warning. Where the rules with a host are
    /// those of other Ingresses, it is information.
    ///
    /// If the path shall hold for a host as well, repeat it there. If only one host is meant, name it.
    ///
    /// With several clusters behind one edge, a host that one cluster names keeps its requests from the rules without a host of all
    /// others: that is told about hosts without a rule for `/`, which answer 404 where the other cluster alone would have answered.
    HOSTLESS_RULE_PRECEDENCE = 306 {
        name: "hostless-rule-precedence",
        summary: "a rule without host beside hosts of their own",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#1156", "jcmoraisjr/haproxy-ingress#773"],
        check: Check::Stage,
    }
}
