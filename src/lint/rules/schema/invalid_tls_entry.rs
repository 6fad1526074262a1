use crate::lint::rule::rule;

rule! {
    /// The API server refuses an entry of `spec.tls`: a host that is no DNS name, or a `secretName` that is no name. A Secret is
    /// named without its namespace, because it is always that of the Ingress.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop/shop-tls}]
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
    /// Write the bare name. Where only the case of a host is wrong, the fix writes it in lower case.
    INVALID_TLS_ENTRY = 119 {
        name: "invalid-tls-entry",
        summary: "a TLS entry that the API server refuses",
        severity: Error,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
