use crate::lint::rule::rule;

rule! {
    /// The controller's ConfigMap, which `configMap` in ingressc.yaml names, has a key that the controller does not know. It
    /// would be ignored without a word, and what it says is meant for every route.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data:
    ///   maxcon: "5000"
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
    /// ```yaml bad ingressc.yaml
    /// configMap: haproxy/haproxy-config
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data:
    ///   maxconn: "5000"
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
    /// The nearest key is named. `ingressc annotations` lists all of them, and where each may stand; those that stand on an
    /// Ingress or a Service are mostly legal here, too, and hold for all that say nothing else. A key that is almost one that
    /// protects is ING504.
    CONFIGMAP_UNKNOWN_KEY = 612 {
        name: "configmap-unknown-key",
        summary: "a key of the controller's ConfigMap that does not exist",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
