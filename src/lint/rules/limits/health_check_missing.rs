use crate::lint::rule::rule;

rule! {
    /// A server is never checked, because its entry in the inventory says `check: false`. To HAProxy it is always up: it gets
    /// its share of the requests when nobody answers there, and each of them waits for the connection to fail before another
    /// server is tried.
    ///
    /// ```yaml bad ingressc.yaml
    /// version: 1
    /// endpoints: {inventory: backends.yaml}
    /// ```
    ///
    /// ```yaml bad backends.yaml
    /// shop/web:http: [{address: 10.0.0.1, check: false}, 10.0.0.2]
    /// ```
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
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// version: 1
    /// endpoints: {inventory: backends.yaml}
    /// ```
    ///
    /// ```yaml good backends.yaml
    /// shop/web:http: [{address: 10.0.0.1, check: 8081}, 10.0.0.2]
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
    /// ```
    ///
    /// Check another port, or leave `check` out: a connection now and then disturbs few servers. A single server in front of
    /// which something else checks, such as a load balancer, may go without; set the rule to `off` then.
    HEALTH_CHECK_MISSING = 808 {
        name: "health-check-missing",
        summary: "a server that is never checked",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
