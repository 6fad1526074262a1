use crate::lint::rule::rule;

rule! {
    /// IngressClass, Node and Namespace objects live outside of namespaces. The namespace that is written here has no meaning;
    /// kubectl may refuse it.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: IngressClass
    /// metadata: {name: haproxy, namespace: shop}
    /// spec: {controller: haproxy.org/ingress-controller}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: IngressClass
    /// metadata: {name: haproxy}
    /// spec: {controller: haproxy.org/ingress-controller}
    /// ```
    ///
    /// Remove the line. If it comes from kustomize's `namespace:`, the tool normally leaves these kinds alone; look for a patch.
    CLUSTER_SCOPED_NAMESPACE = 125 {
        name: "cluster-scoped-namespace",
        summary: "a namespace on an object that has none",
        severity: Warning,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
