use crate::lint::rule::rule;

rule! {
    /// Servers that the inventory lists are not used: no Ingress of the selected classes leads to their Service port, nothing
    /// exposes it, and it stands in for no other by `ingressc/backup`; or another resolver comes first in the order of that
    /// Service and has answered. An inventory without a single entry is reported, too.
    ///
    /// Who changes such an entry sees no effect, and who looks for a server's address finds a wrong one.
    ///
    /// ```yaml bad ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// endpoints: {inventory: inventory.yaml, services: {shop/web: [slices, inventory]}}
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
    /// shop/web:http: [10.0.0.1:8080]
    /// ```
    ///
    /// With the same Ingress and inventory, but another order:
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// endpoints: {inventory: inventory.yaml, services: {shop/web: [inventory, slices]}}
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
    /// shop/web:http: [10.0.0.1:8080]
    /// ```
    ///
    /// Remove the entry, or put `inventory` first: in `endpoints.order`, in `endpoints.services`, or in the annotation
    /// `ingressc/endpoints`.
    INVENTORY_UNUSED_ENTRY = 223 {
        name: "inventory-unused-entry",
        summary: "an entry of the inventory that no route leads to",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
