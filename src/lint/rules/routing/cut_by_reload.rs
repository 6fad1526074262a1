use crate::lint::rule::rule;

rule! {
    /// The controllers' ConfigMap has `hard-stop-after`, and there are TCP services. After a reload the old process keeps the
    /// connections that it has; when the time is over it ends, and cuts them. Requests are over by then. Connections to databases are
    /// kept for days, and each of them breaks, that long after every reload: also those of tenants whose Services nobody has changed.
    ///
    /// ```yaml bad ingressc.yaml
    /// configMap: haproxy/haproxy-config
    /// ```
    ///
    /// ```text bad ports.lock
    /// shop/web:80: 26000
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data: {hard-stop-after: 30m}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// configMap: haproxy/haproxy-config
    /// ```
    ///
    /// ```text good ports.lock
    /// shop/web:80: 26000
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data: {}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// Without the key an old process stays for as long as it has connections, where there are TCP services. Each reload may leave
    /// one behind, with the memory of its connections. Where that is worse than connections that break, keep the key and turn the
    /// rule off: `rules: {ING340: {level: off}}`.
    CUT_BY_RELOAD = 340 {
        name: "cut-by-reload",
        summary: "connections of TCP services are cut some time after a reload",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
