use crate::lint::rule::rule;

rule! {
    /// An annotation names a Secret of another namespace, and takes a private key or passwords out of it. The haproxytech controller allows that
    /// without asking the other namespace. Whoever may write an Ingress or a Service here can then act as the owner of the key there.
    ///
    /// ```yaml
    /// # bad: an Ingress in namespace shop
    /// haproxy.org/server-crt: payments/haproxy-client
    /// # good
    /// haproxy.org/server-crt: shop/haproxy-client
    /// ```
    ///
    /// Keep a Secret of its own in each namespace. Where one for all is meant, name it in the controller's ConfigMap: who writes that runs the
    /// controller, and is not asked.
    FOREIGN_SECRET = 519 {
        name: "foreign-secret",
        summary: "a private key or password of another namespace is used",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
