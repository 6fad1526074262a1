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
    /// Remove it; of several rules in one list, those that mute nothing. `--fix=all` does it for comments, for lists of
    /// rules, and for annotations with one entry. One entry of several in an annotation, and entries of `ignore` in the
    /// configuration, are removed by hand.
    ///
    /// It is said by `ingressc check` only, and of rules that ran: not of those that are switched off or deselected, nor of
    /// those that judge by a date while there is no `--now`. Nor is it said when the run sees only a part of the manifests,
    /// for what is muted may need a second file to be found: with files that are named one by one, globs or standard input,
    /// with `--file-list`, `--class` or `--exclude`, with paths beside the configuration's own `inputs` or `clusters`, or
    /// while some input cannot be read. Of an entry of `ignore` it is said when no paths are typed, or when a file was read
    /// that its `path` names.
    UNUSED_SUPPRESSION = 905 {
        name: "unused-suppression",
        summary: "a suppression that mutes nothing",
        severity: Warning,
        fix: Unsafe,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
