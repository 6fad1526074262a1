use crate::lint::rule::rule;

rule! {
    /// Several clusters stand behind one edge (`clusters:` in `ingressc.yaml`), and for one host and path they want different things:
    /// different Services, or the same Service port with another protocol or another time for which a client is remembered. One
    /// answer for both does not exist, and to take one side would send the other's clients to servers that do not know them. So the
    /// route answers 503.
    ///
    /// ```yaml bad ingressc.yaml
    /// clusters:
    ///   ams: {inputs: [ams, base]}
    ///   fra: {inputs: [fra, base]}
    /// ```
    ///
    /// ```yaml bad ams/shop.yaml
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
    /// ```yaml bad fra/shop.yaml
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// clusters:
    ///   ams: {inputs: [ams, base]}
    ///   fra: {inputs: [fra, base]}
    /// ```
    ///
    /// ```yaml good ams/shop.yaml
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
    /// ```yaml good fra/shop.yaml
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: cart.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// A route is shared when all clusters lead it to the Service of the same namespace, name and port number; its servers are then
    /// those of all clusters. Make them agree, or give them different hosts or paths. A route that only one cluster has is no
    /// conflict: its servers alone answer it.
    ///
    /// One process serves all clusters, so there is also one of everything that a controller's ConfigMap (`configMap`) or its error
    /// files (`errorFiles`) say for the whole process: limits, timeouts, logs. Where the clusters differ in that, what the first one
    /// says holds: those that are no backup come first, then the order of their names. Where they differ in what they ask of clients
    /// over TLS, every route answers 503, because nobody shall come in by the door of a neighbour. Let the ConfigMaps of all clusters
    /// say the same.
    CLUSTER_CONFLICT = 329 {
        name: "cluster-conflict",
        summary: "two clusters want one route to be answered differently",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
