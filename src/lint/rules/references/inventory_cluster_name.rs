use crate::lint::rule::rule;

rule! {
    /// A server of the inventory is a name below the domain of the cluster (`endpoints.dns.clusterDomain`, or else
    /// `cluster.local`), and one of two things is wrong with it:
    ///
    /// - The name of a Service that is not headless means its clusterIP. Hardly any host outside of the cluster has a route to
    ///   that: the configuration looks right, and every server is down.
    /// - Without `endpoints.dns` nobody asks the cluster's DNS, and nobody else knows the name.
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
    /// shop/web:http: [web.shop.svc.cluster.local:80]
    /// ```
    ///
    /// With the same configuration and Ingress, and addresses that this host reaches:
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
    /// shop/web:http: [10.0.0.11:30080, 10.0.0.12:30080]
    /// ```
    ///
    /// List other addresses, or remove the entry, so that the next resolver is asked. If this host has a route to the addresses
    /// of Services, add `clusterIP` to the order of the Service. Names of pods of a headless Service
    /// (`db-0.db.shop.svc.cluster.local`) mean the pods, and only need `endpoints.dns`.
    INVENTORY_CLUSTER_NAME = 232 {
        name: "inventory-cluster-name",
        summary: "a server of the inventory is a name of the cluster's DNS that leads nowhere here",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
