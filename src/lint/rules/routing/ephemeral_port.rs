use crate::lint::rule::rule;

rule! {
    /// A port of TCP services lies in the range from which the kernel takes the ports of outgoing connections: on Linux 32768 to
    /// 60999 where `net.ipv4.ip_local_port_range` says nothing else. HAProxy itself connects to servers all day. While one outgoing
    /// connection of the host has the port, nobody can listen there: HAProxy does not start, or a reload fails, and that holds for
    /// every Service and every host name, and not only for the one whose port it is. It may go well for weeks.
    ///
    /// ```yaml bad ingressc.yaml
    /// tcp: {pool: 40000-40999}
    /// ```
    ///
    /// ```text bad ports.lock
    /// shop/web:80: 40000
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// A pool below the range, and below the node ports of Kubernetes:
    ///
    /// ```yaml good ingressc.yaml
    /// tcp: {pool: 26000-26999}
    /// ```
    ///
    /// ```text good ports.lock
    /// shop/web:80: 26000
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// A pool is told once, and other ports at the annotation, the entry or the line of the lock that names them. Where clients
    /// already have such ports in their configuration, keep the kernel's hands off them, on each host, before HAProxy starts:
    ///
    /// ```sh
    /// echo 'net.ipv4.ip_local_reserved_ports = 40000-40999' >/etc/sysctl.d/90-edge.conf
    /// sysctl --system
    /// ```
    ///
    /// No file that the compiler reads shows what a host has reserved. When it is done, turn the rule off: `rules: {ING339: {level:
    /// off}}`.
    EPHEMERAL_PORT = 339 {
        name: "ephemeral-port",
        summary: "a port that the kernel gives to outgoing connections",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
