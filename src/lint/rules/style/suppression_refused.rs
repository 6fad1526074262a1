use crate::lint::rule::rule;

rule! {
    /// A comment or an annotation names a rule that protects: one whose findings mean that access would be open, or that
    /// input was not read. Whoever writes a manifest could mute the check that is there for everybody else, so only the
    /// configuration mutes it, where a reviewer sees it. What was not read is muted by nothing at all.
    ///
    /// The same holds for a finding that points at objects of two namespaces, whatever its rule: a team that takes requests from another
    /// one could mute the only word about it.
    ///
    /// The finding, if there is one, is told as if the comment were not there.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   # ingressc: ignore[ING503] we know what we do
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Remove the comment. If the finding is wanted, give the reason to the configuration:
    ///
    /// ```yaml
    /// ignore:
    /// - {rule: ING503, object: Ingress shop/shop, reason: the proxy in front asks for passwords}
    /// ```
    SUPPRESSION_REFUSED = 907 {
        name: "suppression-refused",
        summary: "a comment or an annotation that wants to mute what is not its own matter",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
