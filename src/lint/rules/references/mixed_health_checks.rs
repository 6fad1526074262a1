use crate::lint::rule::rule;

rule! {
    /// The servers of one backend want to be checked in different ways: by GET of different paths, or some by a path and others
    /// by a connection. HAProxy checks all servers of a backend alike (`option httpchk` belongs to the backend), so a
    /// connection has to be enough for all of them. A server that accepts connections and answers every request with an error
    /// counts as up then.
    ///
    /// ```yaml bad ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// endpoints: {inventory: inventory.yaml}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml bad inventory.yaml
    /// shop/web:http:
    ///   - {address: 10.0.0.1, check: /healthz}
    ///   - {address: 10.0.0.2, check: /ready}
    /// ```
    ///
    /// With the same configuration and Ingress; ports may differ, the path may not:
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// endpoints: {inventory: inventory.yaml}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good inventory.yaml
    /// shop/web:http:
    ///   - {address: 10.0.0.1, check: /healthz}
    ///   - {address: 10.0.0.2, check: {port: 8081, path: /healthz}}
    /// ```
    ///
    /// Give all of them the same path. Servers with `check: false` do not count.
    ///
    /// Between clusters, the servers of one may be checked by GET of `/healthz` on `healthCheckNodePort` (type LoadBalancer
    /// with `externalTrafficPolicy: Local`), and those of another by a connection. kube-proxy accepts connections to that port
    /// on every node, also where no pod runs, so nodes are checked by a connection to the node port then: a node without a pod
    /// accepts none there.
    MIXED_HEALTH_CHECKS = 227 {
        name: "mixed-health-checks",
        summary: "servers of one backend that are to be checked in different ways",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
