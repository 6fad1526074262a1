use crate::lint::rule::rule;

rule! {
    /// The API server refuses the Service: a port out of range, two ports with the same name, several ports of which one has no
    /// name, or fields that do not go together with its type.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   selector: {app: web}
    ///   ports:
    ///   - {port: 80, targetPort: 8080}
    ///   - {name: metrics, port: 9090}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   selector: {app: web}
    ///   ports:
    ///   - {name: http, port: 80, targetPort: 8080}
    ///   - {name: metrics, port: 9090}
    /// ```
    ///
    /// Here both ports need names, as there are two.
    ///
    /// A node port belongs to one Service of the whole cluster. Of two Services with the same one the cluster refuses the
    /// second, and HAProxy would send the requests for both to the pods of the first; so this is said when routes lead to both
    /// through their node ports.
    ///
    /// What is refused is left out of the routing whoever mutes the word about it, so only the configuration does.
    INVALID_SERVICE = 116 {
        name: "invalid-service",
        summary: "a Service that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
