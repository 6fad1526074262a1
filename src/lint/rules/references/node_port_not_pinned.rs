use crate::lint::rule::rule;

rule! {
    /// A Service of type NodePort or LoadBalancer is to be reached by its node port, and its manifest names none. The cluster
    /// chooses one when the Service is created, and chooses again when it is deleted and created anew; a configuration that is
    /// compiled from manifests cannot know it. The routes answer 503. Only `compile` reports this: `check` and `route` do not
    /// need servers.
    ///
    /// ```yaml bad ingressc.yaml
    /// inputs: [manifests.yaml]
    /// endpoints: {nodes: [10.0.0.11, 10.0.0.12]}
    /// ```
    ///
    /// ```yaml bad compile
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: api, namespace: shop}
    /// spec: {type: NodePort, selector: {app: api}, ports: [{name: http, port: 80}]}
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
    /// ```yaml good compile
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
    /// Pin the port. Of the range 30000-32767 take one from 30000 to 30085: the cluster draws from that band only when all
    /// others are given away, so nobody else gets yours before you apply the manifest (KEP-3668, Kubernetes 1.27 and later). A
    /// running Service keeps the port that it has when that one is written into the manifest.
    ///
    /// Where the input is an export of the cluster, the port is in it: `kubectl get services -A -o yaml`. A Service that is
    /// better reached in another way says so with the annotation `ingressc/endpoints`, or in `endpoints.services` of
    /// `ingressc.yaml`.
    NODE_PORT_NOT_PINNED = 220 {
        name: "node-port-not-pinned",
        summary: "a Service is to be reached by a node port that only the cluster knows",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["KEP-3668"],
        check: Check::Stage,
    }
}
