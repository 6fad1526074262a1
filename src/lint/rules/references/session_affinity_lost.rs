use crate::lint::rule::rule;

rule! {
    /// The Service asks for `sessionAffinity: ClientIP`, and is resolved in a way that leads through kube-proxy (nodePort,
    /// loadBalancer, externalIPs, clusterIP). kube-proxy remembers clients by the address that it sees, and that is HAProxy's
    /// for every request. Each node therefore sends all of them to one pod, for three hours unless configured, and the other
    /// pods stand idle. The clients themselves go from node to node with each request, so none of them keeps its pod.
    ///
    /// ```yaml bad ingressc.yaml
    /// inputs: [manifests.yaml]
    /// endpoints: {nodes: [10.0.0.11, 10.0.0.12]}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: api, namespace: shop}
    /// spec:
    ///   type: NodePort
    ///   sessionAffinity: ClientIP
    ///   selector: {app: api}
    ///   ports: [{name: http, port: 80, nodePort: 30080}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: api, port: {name: http}}}}
    /// ```
    ///
    /// With the same configuration:
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [manifests.yaml]
    /// endpoints: {nodes: [10.0.0.11, 10.0.0.12]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: api, namespace: shop}
    /// spec: {type: NodePort, selector: {app: api}, ports: [{name: http, port: 80, nodePort: 30080}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: api, port: {name: http}}}}
    /// ```
    ///
    /// Remove `sessionAffinity` if nobody needs it. If sessions need it, let HAProxy see the pods: resolved by slices, hostPort
    /// or an inventory, the same field becomes a stick table, HAProxy tells the clients apart by their real addresses, and
    /// nothing stands between it and the pods. `endpoints: {services: {shop/api: slices}}` in `ingressc.yaml` says that of this
    /// Service alone.
    SESSION_AFFINITY_LOST = 226 {
        name: "session-affinity-lost",
        summary: "`sessionAffinity: ClientIP` where the cluster sees HAProxy as the only client",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/kubernetes#55603", "kubernetes/kubernetes#43958"],
        check: Check::Stage,
    }
}
