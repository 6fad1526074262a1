use crate::lint::rule::rule;

rule! {
    /// A comment or the annotation `ingressc/ignore` names a rule that does not exist, or none. It mutes nothing: the finding
    /// that it was written for is told all the same, or comes back one day.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   # ingressc: ignore[tls-host-not-in-rule] www is served elsewhere
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
    ///   # ingressc: ignore[tls-host-not-in-rules] www is served elsewhere
    ///   tls: [{hosts: [shop.example.com, www.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// A rule is named by its code or by its name, as `ingressc rules` lists them. Beginnings of codes, such as `ING4`, and
    /// `*` are refused here: a suppression is for a finding that somebody has seen. To switch a rule off, set its level in
    /// the configuration.
    ///
    /// Comments are written `# ingressc: ignore[ING402, ING305] reason`, annotations `ingressc/ignore: "ING402: reason"`,
    /// several with `;` or line breaks between.
    UNKNOWN_SUPPRESSION = 908 {
        name: "unknown-suppression",
        summary: "a suppression that names no rule",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
