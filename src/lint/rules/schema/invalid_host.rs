use crate::lint::rule::rule;

rule! {
    /// The API server refuses the host. It is a DNS name in lower case, without scheme, port or path; a star may only stand for
    /// the whole first label.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: https://Shop.example.com:8443
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Write the bare name. The port is set where HAProxy listens, not in an Ingress. Where only the case is wrong, the fix
    /// writes it in lower case: names do not tell one from the other.
    ///
    /// What is refused is left out of the routing whoever mutes the word about it, so only the configuration does.
    INVALID_HOST = 106 {
        name: "invalid-host",
        summary: "a host that the API server refuses",
        severity: Error,
        fix: Safe,
        ignorable: false,
        since: "0.1",
        sources: ["guerzon/vaultwarden#125", "rancher/dashboard#7025"],
        check: Check::Stage,
    }
}
