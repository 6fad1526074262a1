use crate::lint::rule::rule;

rule! {
    /// A ConfigMap among the manifests looks like the one of the controller: two or more of its keys, and at least half of them,
    /// are keys that a controller reads there. The configuration names no ConfigMap, so none of them counts: neither timeouts nor
    /// lists that keep clients out.
    ///
    /// A controller is told on its command line which ConfigMap is its own (`--configmap=haproxy/haproxy-config`), so the
    /// manifests alone do not say it.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data:
    ///   allow-list: 10.0.0.0/8
    ///   timeout-server: 30s
    /// ---
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
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data:
    ///   allow-list: 10.0.0.0/8
    ///   timeout-server: 30s
    /// ---
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
    /// configMap: haproxy/haproxy-config
    /// ```
    ///
    /// The same is said of a ConfigMap in which every key is a port and every value a Service port: it lists TCP services, and
    /// nothing listens on its ports. `tcp: {configMap: haproxy/tcp-services}` names it.
    ///
    /// `ingressc init` writes `configMap` by itself. Where the ConfigMap is an application's, switch the rule off, or leave its
    /// file out with `exclude`.
    UNNAMED_CONFIG_MAP = 616 {
        name: "unnamed-config-map",
        summary: "a ConfigMap that looks like the controller's, and that the configuration does not name",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
