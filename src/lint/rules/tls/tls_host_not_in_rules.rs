use crate::lint::rule::rule;

rule! {
    /// `spec.tls` names a host for which the Ingress has no rule. The certificate would be offered, but requests find no route, or that of
    /// another Ingress.
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
    /// An IP address among the hosts is legal and in vain: clients name no address in a handshake.
    ///
    /// Correct the name, add a rule, or remove the host from `tls`.
    TLS_HOST_NOT_IN_RULES = 402 {
        name: "tls-host-not-in-rules",
        summary: "a TLS host without a rule",
        severity: Warning,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#7153", "kubernetes/website#23522", "istio IST0132"],
        check: Check::Stage,
    }
}
