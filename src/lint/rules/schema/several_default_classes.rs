use crate::lint::rule::rule;

rule! {
    /// More than one IngressClass says `ingressclass.kubernetes.io/is-default-class: "true"`. The API server then has to pick one for
    /// Ingresses without a class, and which one that is depends on when they were created.
    ///
    /// Leave the annotation on one class, and set it to `"false"` on the others.
    SEVERAL_DEFAULT_CLASSES = 121 {
        name: "several-default-classes",
        summary: "more than one IngressClass claims to be the default",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
