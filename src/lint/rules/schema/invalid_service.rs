use crate::lint::rule::rule;

rule! {
    /// The API server refuses the Service: a port out of range, two ports with the same name, several ports of which one has no name, or
    /// fields that do not go together with its type.
    ///
    /// ```yaml
    /// # bad: with two ports, both need names
    /// ports:
    /// - port: 80
    /// - {name: https, port: 443}
    /// # good
    /// ports:
    /// - {name: http, port: 80}
    /// - {name: https, port: 443}
    /// ```
    ///
    /// A node port belongs to one Service of the whole cluster. Of two Services with the same one the cluster refuses the second, and HAProxy
    /// would send the requests for both to the pods of the first; so this is said when routes lead to both through their node ports.
    INVALID_SERVICE = 116 {
        name: "invalid-service",
        summary: "a Service that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
