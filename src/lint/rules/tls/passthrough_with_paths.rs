use crate::lint::rule::rule;

rule! {
    /// TLS for a host is handed through to its servers, which have the certificate. All that HAProxy sees of a connection is
    /// the name in the handshake, so it cannot tell paths apart: a rule for `/` means the whole host, and any other path does
    /// nothing.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/ssl-passthrough: "true"}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: vault.example.com
    ///     http:
    ///       paths:
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /api, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/ssl-passthrough: "true"}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: vault.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The path is left out. Another Ingress with paths of the same host has the same finding: over TLS it gets no request, and
    /// in clear it does, which is hardly what is meant. Give it another host, or answer TLS here.
    PASSTHROUGH_WITH_PATHS = 411 {
        name: "passthrough-with-paths",
        summary: "TLS is passed through by name, and the route has a path",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "kubernetes/ingress-nginx#5257",
            "kubernetes/ingress-nginx#9807",
            "kubernetes/ingress-nginx#9871",
            "jcmoraisjr/haproxy-ingress#767",
            "jcmoraisjr/haproxy-ingress#598",
            "haproxytech/kubernetes-ingress#340",
            "haproxytech/kubernetes-ingress#740",
        ],
        check: Check::Stage,
    }
}
