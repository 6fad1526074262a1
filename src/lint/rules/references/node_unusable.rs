use crate::lint::rule::rule;

rule! {
    /// A node gets no requests, or an address of it is not what it should be. It is said once a run and node, and only when
    /// some Service is reached through nodes (resolvers nodePort and hostPort). These are left out:
    ///
    /// - a Node whose condition `Ready` is not `True`;
    /// - a Node with the label `node.kubernetes.io/exclude-from-external-load-balancers`, whatever its value. kubeadm gives it
    ///   to control-plane nodes. The load balancers of clouds obey it, too;
    /// - a Node with the taint `ToBeDeletedByClusterAutoscaler`;
    /// - a Node with `spec.unschedulable`, which `kubectl drain` sets, as long as others remain;
    /// - a Node without an address of the type that `endpoints.nodes` asks for (InternalIP unless configured), which is a
    ///   warning, or whose address of that type is no address, which is an error;
    /// - a Node without an address of a Service's family, for Services of that family.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Node
    /// metadata: {name: worker-1}
    /// status: {addresses: [{type: Hostname, address: worker-1}]}
    /// ---
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
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Node
    /// metadata: {name: worker-1}
    /// status:
    ///   addresses: [{type: InternalIP, address: 10.0.0.11}]
    ///   conditions: [{type: Ready, status: "True"}]
    /// ---
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
    /// Renew the Nodes in the input (`kubectl get nodes -o yaml`) when they have changed. To be independent of what Nodes say
    /// of themselves, list the addresses; HAProxy's health checks then decide alone:
    ///
    /// ```yaml
    /// # ingressc.yaml
    /// endpoints:
    ///   nodes: [10.0.0.11, 10.0.0.12, worker-3.example.net]
    /// ```
    ///
    /// A listed address that no Node of the input has is a warning, if other listed ones are theirs: the node behind it may be
    /// gone.
    NODE_UNUSABLE = 224 {
        name: "node-unusable",
        summary: "a node that takes no traffic from outside",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["KEP-1143"],
        check: Check::Stage,
    }
}
