use crate::lint::rule::rule;

rule! {
    /// The API server refuses an entry of `spec.tls`: a host that is no DNS name, or a `secretName` that is no name. A Secret
    /// is named without its namespace, because it is always that of the Ingress.
    ///
    /// ```yaml
    /// # bad
    /// tls:
    /// - hosts: [https://shop.example.com]
    ///   secretName: shop/shop-tls
    /// # good
    /// tls:
    /// - hosts: [shop.example.com]
    ///   secretName: shop-tls
    /// ```
    INVALID_TLS_ENTRY = 119 {
        name: "invalid-tls-entry",
        summary: "a TLS entry that the API server refuses",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
