use crate::lint::rule::rule;

rule! {
    /// Servers that the inventory lists are not used: no Ingress of the selected classes leads to their Service port, nothing exposes it, and it
    /// stands in for no other by `ingressc/backup`; or another resolver comes
    /// first in the order of that Service and has answered. An inventory without a single entry is reported, too.
    ///
    /// Who changes such an entry sees no effect, and who looks for a server's address finds a wrong one.
    ///
    /// ```yaml
    /// # bad: the Service asks for its slices first, and the manifests hold some
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/endpoints: "slices, inventory"}}
    /// ```
    ///
    /// ```yaml
    /// # good: what the inventory says counts
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/endpoints: "inventory, slices"}}
    /// ```
    ///
    /// Remove the entry, or put `inventory` first: in `endpoints.order`, in `endpoints.services`, or in the annotation `ingressc/endpoints`.
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
