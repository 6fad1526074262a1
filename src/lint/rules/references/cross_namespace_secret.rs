use crate::lint::rule::rule;

rule! {
    /// An annotation names a Secret of another namespace. That controller reads it, whoever may write there, and so does ingressc. But
    /// nobody in that namespace has permitted it: whoever may write an Ingress anywhere can make use of any Secret of the cluster, for instance
    /// to try passwords against its users, although the API server would not show it to them.
    ///
    /// ```yaml
    /// # bad: an Ingress of the namespace `blog`
    /// haproxy.org/auth-secret: shop/users
    /// # good: a Secret of its own
    /// haproxy.org/auth-secret: users
    /// ```
    ///
    /// Copy the Secret into the namespace of the Ingress. Where the users are meant to be shared, name the Secret in the controller's ConfigMap,
    /// or switch the rule off: `rules: {ING210: {level: off}}`.
    CROSS_NAMESPACE_SECRET = 210 {
        name: "cross-namespace-secret",
        summary: "a Secret of another namespace than that of the object that names it",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#8083"],
        check: Check::Stage,
    }
}
