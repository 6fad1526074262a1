use crate::lint::rule::rule;

rule! {
    /// Plain requests for a host are sent to https, and no certificate here answers for it: no Secret in `spec.tls` covers the name, and there
    /// is no default certificate. HAProxy refuses such handshakes, so a browser that follows the redirect sees an error instead of the page.
    ///
    /// ```yaml
    /// # bad
    /// metadata: {annotations: {haproxy.org/ssl-redirect: "true"}}
    /// spec:
    ///   rules: [{host: shop.example.com}]
    /// # good
    /// metadata: {annotations: {haproxy.org/ssl-redirect: "true"}}
    /// spec:
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules: [{host: shop.example.com}]
    /// ```
    ///
    /// Name the host in `spec.tls`, or set `certificates.default` in ingressc.yaml. Nothing is said where this HAProxy does not listen for https:
    /// then somebody else answers there.
    REDIRECT_WITHOUT_TLS = 413 {
        name: "redirect-without-tls",
        summary: "a redirect to HTTPS for a host that no certificate covers",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#2725"],
        check: Check::Stage,
    }
}
