use crate::lint::rule::rule;

rule! {
    /// An annotation names a Secret of another namespace. The haproxytech controller reads it, whoever may write there, and so
    /// does ingressc. But nobody in that namespace has permitted it: whoever may write an Ingress anywhere can make use of any
    /// Secret of the cluster, for instance to try passwords against its users, although the API server would not show it to
    /// them.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: users, namespace: staff}
    /// stringData: {eve: $5$saltsalt$5i1qBpoG1r2lckbKSq1CnT.UGPp8XJNqM5AYlEGzft6}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/auth-type: basic-auth, haproxy.org/auth-secret: staff/users}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/auth-type: basic-auth, haproxy.org/auth-secret: users}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// Copy the Secret into the namespace of the Ingress. Where the users are meant to be shared, name the Secret in the
    /// controller's ConfigMap, or switch the rule off: `rules: {ING210: {level: off}}`.
    CROSS_NAMESPACE_SECRET = 210 {
        name: "cross-namespace-secret",
        summary: "a Secret of another namespace than that of the object that names it",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#8083"],
        check: Check::Stage,
    }
}
