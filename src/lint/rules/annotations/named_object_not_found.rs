use crate::lint::rule::rule;

rule! {
    /// The configuration or a key names a ConfigMap or a custom resource that is not among the manifests: `configMap`,
    /// `errorFiles` or `patternFiles` in ingressc.yaml, `cr-backend` and its relatives, or a list `patterns/NAME`. What it says
    /// would not hold, and nobody would notice.
    ///
    /// Such an object can hold lists of addresses, passwords and limits. So while the ConfigMap of `configMap` is missing, all
    /// routes are closed: they answer 503. While one of `tcp.configMap` is missing, nothing listens on its ports. While a
    /// resource of `cr-backend` is missing, the routes that use it are.
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
    /// configMap: haproxy/haproxy-config
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data:
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
    /// Add its file to the inputs, or correct the name. The name is written `namespace/name`.
    NAMED_OBJECT_NOT_FOUND = 615 {
        name: "named-object-not-found",
        summary: "a ConfigMap or custom resource that the configuration or a key names is not among the manifests",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
