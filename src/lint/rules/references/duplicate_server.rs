use crate::lint::rule::rule;

rule! {
    /// One address and port stands twice where servers of a Service are listed: in the inventory, among the nodes, or in two
    /// clusters. HAProxy would balance between two servers that are one, which gives it twice the share and twice the checks;
    /// so the first one counts.
    ///
    /// A node is one machine, whatever it is called: in `endpoints.nodes` two addresses of one family, or a name beside an
    /// address, that one Node of the input has are such a duplicate. An address of each family is none. Of two Nodes with one
    /// address, the one counts that is schedulable.
    ///
    /// Behind it there is often a copied line whose address was not changed, and then a server is missing.
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
    /// shop/web:http: [10.0.0.1:8080, 10.0.0.1:8080]
    /// ```
    ///
    /// With the same configuration and Ingress:
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
    /// shop/web:http: [10.0.0.1:8080, 10.0.0.2:8080]
    /// ```
    ///
    /// Remove one of the two, or correct its address or port. Two clusters whose pods have the same addresses cannot both be
    /// reached from one host: the network has one route for them.
    DUPLICATE_SERVER = 225 {
        name: "duplicate-server",
        summary: "one address and port twice among the servers of a Service",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
