use crate::lint::rule::rule;

rule! {
    /// A server is listed with `backup: true` in the inventory of a cluster, and another cluster is the backup
    /// (`clusters.<name>.backup`). HAProxy has one level of backups: were both backups, the standby cluster would get requests while
    /// servers of the others are up. So the cluster is the backup, and the server takes its share of the requests at once, as if it
    /// were not marked.
    ///
    /// ```yaml bad ingressc.yaml
    /// clusters:
    ///   ams: {inputs: [ams, base], backup: true}
    ///   fra: {inputs: [fra, base], endpoints: {inventory: backends.yaml}}
    /// ```
    ///
    /// ```yaml bad backends.yaml
    /// shop/web:http:
    /// - 10.0.0.1:8080
    /// - {address: 10.0.0.9, port: 8080, backup: true}
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
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// clusters:
    ///   ams: {inputs: [ams, base], backup: true}
    ///   fra: {inputs: [fra, base], endpoints: {inventory: backends.yaml}}
    /// ```
    ///
    /// ```yaml good backends.yaml
    /// shop/web:http:
    /// - 10.0.0.1:8080
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
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Where the server must not get requests as long as others are up (it says that the shop is closed, for example), remove it from
    /// the inventory, or keep it there and take `backup: true` from the cluster. Where it only was to rest, remove `backup` from it.
    BACKUP_TAKES_PART = 330 {
        name: "backup-takes-part",
        summary: "a backup server of one cluster, where another cluster is the backup",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
