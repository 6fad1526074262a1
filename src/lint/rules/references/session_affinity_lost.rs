use crate::lint::rule::rule;

rule! {
    /// The Service asks for `sessionAffinity: ClientIP`, and is resolved in a way that leads through kube-proxy (nodePort, loadBalancer,
    /// externalIPs, clusterIP). kube-proxy remembers clients by the address that it sees, and that is HAProxy's for every request. Each node
    /// therefore sends all of them to one pod, for three hours unless configured, and the other pods stand idle. The clients themselves go
    /// from node to node with each request, so none of them keeps its pod.
    ///
    /// ```yaml
    /// # bad, behind a node port
    /// spec:
    ///   type: NodePort
    ///   sessionAffinity: ClientIP
    ///   ports: [{port: 80, nodePort: 30080}]
    /// ```
    ///
    /// Remove `sessionAffinity` if nobody needs it. If sessions need it, let HAProxy see the pods: resolved by slices, hostPort or an
    /// inventory, the same field becomes a stick table, HAProxy tells the clients apart by their real addresses, and nothing stands between
    /// it and the pods.
    ///
    /// ```yaml
    /// # good: ingressc.yaml
    /// endpoints:
    ///   services: {shop/web: slices}
    /// ```
    SESSION_AFFINITY_LOST = 226 {
        name: "session-affinity-lost",
        summary: "`sessionAffinity: ClientIP` where the cluster sees HAProxy as the only client",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
