use crate::lint::rule::rule;

rule! {
    /// Some hosts of the Ingress have TLS and this one has not. Clients that try https get no certificate for it.
    ///
    /// ```yaml
    /// tls:
    /// - hosts: [shop.example.com, www.example.com]   # name every host
    ///   secretName: shop-tls
    /// ```
    ///
    /// Add the host to an entry of `tls`, with a certificate that covers it.
    RULE_HOST_WITHOUT_TLS = 403 {
        name: "rule-host-without-tls",
        summary: "some hosts of an Ingress have TLS, this one does not",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#3258", "kubernetes/ingress-nginx#2725"],
        check: Check::Stage,
    }
}
