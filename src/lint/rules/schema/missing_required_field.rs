use crate::lint::rule::rule;

rule! {
    /// The API requires a field that is not there, so the API server refuses the object. The finding names the field and points
    /// at the mapping that should hold it.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, targetPort: 8080}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
    /// ```
    ///
    /// Add the field. Look at the indentation first: a field that stands one level too far left or right is missing where it
    /// belongs.
    MISSING_REQUIRED_FIELD = 120 {
        name: "missing-required-field",
        summary: "a field that the API requires is not there",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
