use crate::lint::rule::rule;

rule! {
    /// An entry of `ignore` in the configuration has a last day, and that day is over: it mutes nothing any more, so what it
    /// muted is told again, too. Days are judged with `--now` only.
    ///
    /// ```yaml bad ingressc.yaml also=ING402
    /// inputs: [.]
    /// ignore:
    /// - {rule: ING402, object: Ingress shop/shop, reason: www moves here in May, until: 2027-05-31}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com, www.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [.]
    /// ignore:
    /// - {rule: ING402, object: Ingress shop/shop, reason: www moves here in July, until: 2027-07-31}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com, www.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Mend what was put off and remove the entry, or set a later day.
    ///
    /// A comment or an annotation that does not say why is reported, too. It mutes all the same, but nobody who reads it
    /// later can tell whether it is still right:
    ///
    /// ```yaml
    /// tls: [{hosts: [www.example.com], secretName: shop-tls}]  # ingressc: ignore[ING402]
    /// tls: [{hosts: [www.example.com], secretName: shop-tls}]  # ingressc: ignore[ING402] www is served elsewhere
    /// ```
    SUPPRESSION_EXPIRED = 906 {
        name: "suppression-expired",
        summary: "a suppression past its last day, or without a reason",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
