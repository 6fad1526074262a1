use crate::lint::rule::rule;

rule! {
    /// The class is named by the annotation `kubernetes.io/ingress.class`. It still works with the common controllers, but has been deprecated
    /// since Kubernetes 1.18, and the API server does not look at it. An empty annotation names no class, and keeps the cluster from giving
    /// the Ingress its default class.
    ///
    /// ```yaml
    /// # good
    /// spec:
    ///   ingressClassName: haproxy
    /// ```
    DEPRECATED_CLASS_ANNOTATION = 126 {
        name: "deprecated-class-annotation",
        summary: "the class is named by the old annotation",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
