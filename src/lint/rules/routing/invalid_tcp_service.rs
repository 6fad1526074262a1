use crate::lint::rule::rule;

rule! {
    /// An entry is to open a port for a TCP service, and cannot be read: the port is no number from 1 to 65535, the Service is not
    /// written as `namespace/service:port`, or a word behind the port is not one of those that the controller knows. Nothing listens
    /// on that port.
    ///
    /// Controllers ignore a word that they do not know, and open the port without what it asks for: TLS, a PROXY header, certificates
    /// of clients.
    ///
    /// ```yaml bad ingressc.yaml
    /// tcp: {configMap: haproxy/tcp-services}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: tcp-services, namespace: haproxy}
    /// data: {"8000": "shop/web:80:SSL"}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// tcp: {configMap: haproxy/tcp-services}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: tcp-services, namespace: haproxy}
    /// data: {"8000": "shop/web:80"}
    /// ```
    ///
    /// One word reads two ways: `db/orders:5432::PROXY` sends the servers version 1 of the header in ingress-nginx, and version 2 in
    /// HAProxy Ingress. Say in ingressc.yaml whose ConfigMap it is:
    ///
    /// ```yaml
    /// tcp:
    ///   configMap: ingress-nginx/tcp-services
    ///   configMapFormat: nginx      # or haproxytech, haproxy-ingress
    /// ```
    INVALID_TCP_SERVICE = 337 {
        name: "invalid-tcp-service",
        summary: "an entry that is to expose a TCP service and cannot be read",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
