use crate::lint::rule::rule;

rule! {
    /// Two documents describe the object of the same kind, namespace and name. In a cluster the one that is applied last wins,
    /// and the other is gone. ingressc keeps the first by file name.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {hours: from nine to five}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {hours: from ten to six}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: notes, namespace: shop}
    /// data: {hours: from nine to five}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: summer, namespace: shop}
    /// data: {hours: from ten to six}
    /// ```
    ///
    /// Where both have the same fields with the same values, in whatever order, it is a warning: nothing goes astray, until
    /// somebody changes one of them.
    ///
    /// A Service may stand in the repository and again in an export of the cluster (it has `spec.clusterIPs`, or as an
    /// ExternalName `metadata.uid` or `spec.sessionAffinity`): the first says what is wanted, the second what the cluster
    /// decided. That is no duplicate. Where the types differ, the change has not been applied yet: the repository counts,
    /// nothing is learned from the export, and a warning says so. Apply it, and export again.
    ///
    /// Delete one. If both are overlays of one base, compile what they render to: `kustomize build overlays/prod | ingressc
    /// check -`.
    ///
    /// Where one of two descriptions keeps clients out and the other does not, the object's routes and ports are closed, as
    /// nobody knows which is meant. The ports of a TCP resource, and of an Ingress with `tcp-service-port`, are closed for any
    /// difference.
    DUPLICATE_OBJECT = 111 {
        name: "duplicate-object",
        summary: "two documents describe the same object",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["instrumenta/kubeval#180"],
        check: Check::Stage,
    }
}
