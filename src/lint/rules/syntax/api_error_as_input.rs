use crate::lint::rule::rule;

rule! {
    /// The input is a `Status` object: the API server's answer to a request that failed, saved or piped as if it were manifests.
    /// Nothing was compiled from it.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Status
    /// status: Failure
    /// message: services "web" is forbidden
    /// reason: Forbidden
    /// code: 403
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
    /// ```
    ///
    /// Look at its message, repair the command that produced it, and make the pipeline stop on errors (`set -o pipefail`).
    API_ERROR_AS_INPUT = 14 {
        name: "api-error-as-input",
        summary: "the API server's error message instead of manifests",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
