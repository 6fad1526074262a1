use crate::lint::rule::rule;

rule! {
    /// The inventory lists servers for a Service that is not among the manifests, or for a port that the Service does not have.
    /// Nobody is led there; and the Service that was meant, if there is one, gets its servers from somewhere else, or has none.
    ///
    /// A port is the Service's `port`, by number or by name. The container's port belongs into the entries.
    ///
    /// ```yaml bad ingressc.yaml
    /// inputs: [manifests.yaml]
    /// endpoints: {inventory: inventory.yaml}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml bad inventory.yaml
    /// shop/web:8080: [10.0.0.1]
    /// ```
    ///
    /// With the same configuration and manifests:
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [manifests.yaml]
    /// endpoints: {inventory: inventory.yaml}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good inventory.yaml
    /// shop/web:80: [10.0.0.1:8080]
    /// ```
    ///
    /// Remove the entry, add the manifest of the Service to the inputs, or correct the key. A name is only suggested where it
    /// is a slip away, holds the same numbers, and is not in the inventory yet: the servers of `orders-2` are not those of
    /// `orders-1`, and whoever writes them there hands out somebody else's database. If one inventory serves several runs with
    /// different inputs, set the rule to `off`, and mind that slips are not found then.
    INVENTORY_UNKNOWN_SERVICE = 222 {
        name: "inventory-unknown-service",
        summary: "the inventory names a Service or port that is not among the manifests",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
