use crate::lint::rule::rule;

rule! {
    /// The annotation `kubernetes.io/ingress.class` and the field `ingressClassName` name different classes. Controllers do not agree on which
    /// one wins, so the Ingress may be served twice, or by the wrong one.
    ///
    /// ```yaml
    /// # bad
    /// metadata: {annotations: {kubernetes.io/ingress.class: nginx}}
    /// spec: {ingressClassName: haproxy}
    /// # good
    /// spec: {ingressClassName: haproxy}
    /// ```
    ///
    /// Remove the annotation; the field has replaced it.
    CLASS_MISMATCH = 109 {
        name: "class-mismatch",
        summary: "annotation and `ingressClassName` name different classes",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["traefik/traefik#7896"],
        check: Check::Stage,
    }
}
