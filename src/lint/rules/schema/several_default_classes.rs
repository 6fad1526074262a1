use crate::lint::rule::rule;

rule! {
    /// More than one IngressClass says `ingressclass.kubernetes.io/is-default-class: "true"`. The API server then has to pick
    /// one for Ingresses without a class, and which one that is depends on when they were created.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: IngressClass
    /// metadata: {name: haproxy, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
    /// spec: {controller: haproxy.org/ingress-controller}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: IngressClass
    /// metadata: {name: internal, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
    /// spec: {controller: haproxy.org/ingress-controller/internal}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: IngressClass
    /// metadata: {name: haproxy, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
    /// spec: {controller: haproxy.org/ingress-controller}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: IngressClass
    /// metadata: {name: internal}
    /// spec: {controller: haproxy.org/ingress-controller/internal}
    /// ```
    ///
    /// Leave the annotation on one class, and remove it from the others.
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
