use crate::lint::rule::rule;

rule! {
    /// A line starts with `<<<<<<<`, `=======` or `>>>>>>>`: two branches changed the same lines and nobody decided between
    /// them. The document was not read.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   selector: {app: web}
    /// <<<<<<< HEAD
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// =======
    ///   ports: [{name: http, port: 80, targetPort: 8081}]
    /// >>>>>>> new-port
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// Edit the file so that it says what is meant, remove the three marker lines, and commit again.
    MERGE_CONFLICT_MARKER = 6 {
        name: "merge-conflict-marker",
        summary: "a merge conflict that nobody has resolved",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
