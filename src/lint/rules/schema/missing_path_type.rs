use crate::lint::rule::rule;

rule! {
    /// `networking.k8s.io/v1` requires `pathType` on every path; the API server refuses the Ingress without it.
    ///
    /// ```yaml
    /// # bad
    /// - path: /api
    ///   backend: …
    /// # good
    /// - path: /api
    ///   pathType: Prefix
    ///   backend: …
    /// ```
    ///
    /// `Prefix` compares element by element, `Exact` the whole path. Avoid `ImplementationSpecific`: each controller reads it its own way.
    MISSING_PATH_TYPE = 104 {
        name: "missing-path-type",
        summary: "a path without `pathType`",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
