use crate::lint::rule::rule;

rule! {
    /// The API server refuses the IngressClass. It needs `spec.controller`, a name with a domain such as
    /// `haproxy.org/ingress-controller`, at most 250 characters long.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: IngressClass
    /// metadata: {name: haproxy}
    /// spec: {controller: haproxy}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: IngressClass
    /// metadata: {name: haproxy}
    /// spec: {controller: haproxy.org/ingress-controller}
    /// ```
    ///
    /// Copy the name from the documentation of the controller: it takes a class that has exactly that name.
    INVALID_INGRESS_CLASS = 118 {
        name: "invalid-ingress-class",
        summary: "an IngressClass that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
