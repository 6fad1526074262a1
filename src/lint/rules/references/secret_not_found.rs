use crate::lint::rule::rule;

rule! {
    /// A Secret is named, but is not among the manifests. For a TLS entry this means that its hosts have no certificate. They are never
    /// served another host's, and never in plain text instead.
    ///
    /// Add the Secret to the inputs. If it is sealed, external, made by cert-manager, or was redacted with `ingressc redact`, name the file that holds key and chain on HAProxy's
    /// host:
    ///
    /// ```yaml
    /// # ingressc.yaml
    /// certificates:
    ///   map: {shop/shop-tls: /etc/ssl/private/shop.pem}
    /// ```
    SECRET_NOT_FOUND = 208 {
        name: "secret-not-found",
        summary: "a Secret is not among the manifests",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0161", "haproxytech/kubernetes-ingress#601"],
        check: Check::Stage,
    }
}
