use crate::lint::rule::rule;

rule! {
    /// A comment, an annotation or an entry of `ignore` in the configuration mutes a rule, and no finding of that rule is
    /// there any more. It looks as if something were wrong that is not, and would mute the next mistake of its kind, which
    /// nobody has looked at.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   # ingressc: ignore[ING402] www is served elsewhere
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
    ///   # ingressc: ignore[ING402] www is served elsewhere
    ///   tls: [{hosts: [shop.example.com, www.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Remove it; of several rules in one list, those that mute nothing. `--fix` does it for comments, and for annotations
    /// that stand alone.
    ///
    /// It is said by `ingressc check` only, and of rules that ran: not of those that are switched off or deselected, nor of
    /// those that judge by a date while there is no `--now`. Nor is it said when the run sees only a part of the manifests:
    /// with `--file-list`, with paths beside the configuration's own `inputs` or `clusters`, or while some input cannot be
    /// read.
    UNUSED_SUPPRESSION = 905 {
        name: "unused-suppression",
        summary: "a suppression that mutes nothing",
        severity: Warning,
        fix: Safe,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
