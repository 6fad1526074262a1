use crate::lint::rule::rule;

rule! {
    /// An address of `listen.metrics` is none of the loopback. The statistics page and the metrics ask for no password: whoever
    /// can connect reads the name of every backend, the address of every server, which of them are down, and how many requests
    /// they get. That is a map for an attack.
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
    /// ```yaml bad ingressc.yaml
    /// listen: {metrics: [":8404"]}
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
    /// ```yaml good ingressc.yaml
    /// listen: {metrics: ["127.0.0.1:8404"]}
    /// ```
    ///
    /// Listen on the loopback, and scrape from there. If Prometheus has to come from another host, listen on an address of the
    /// network that it is in, let the firewall close the port to all others, and set `rules: {ING518: {level: off}}`. `metrics:
    /// []` switches the page off.
    ///
    /// Lines of the ConfigMap can ask for one. `http-request auth` and `http-request deny` in `stats-config-snippet` guard the
    /// page and the metrics, `stats auth` the page alone. They go out in clear. The finding does not look at these lines.
    STATS_EXPOSED = 518 {
        name: "stats-exposed",
        summary: "statistics or metrics on an address that others can reach",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
