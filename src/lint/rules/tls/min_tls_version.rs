use crate::lint::rule::rule;

rule! {
    /// Raw lines that the configuration allows let connections be of TLS 1.0, TLS 1.1 or SSL 3.0. These versions rest on MD5
    /// and SHA-1, RFC 8996 forbids them, and browsers have not spoken them since 2020. Who is in between can talk a connection
    /// down to the lowest version that both sides allow.
    ///
    /// ```yaml bad ingressc.yaml
    /// version: 1
    /// configMap: haproxy/haproxy
    /// rules: {ING501: {allow: [ssl-default-bind-options]}}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy, namespace: haproxy}
    /// data:
    ///   global-config-snippet: ssl-default-bind-options ssl-min-ver TLSv1.0
    /// ---
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
    /// ```yaml good ingressc.yaml
    /// version: 1
    /// configMap: haproxy/haproxy
    /// rules: {ING501: {allow: [ssl-default-bind-options]}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy, namespace: haproxy}
    /// data:
    ///   global-config-snippet: ssl-default-bind-options ssl-min-ver TLSv1.2
    /// ---
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
    /// Without such a line, TLS 1.2 is the lowest version. If some old device has to be served, give it an address and a
    /// frontend of its own, in a file that `include.sections` names.
    MIN_TLS_VERSION = 418 {
        name: "min-tls-version",
        summary: "TLS 1.0 or 1.1 is allowed",
        severity: Warning,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: ["RFC 8996"],
        check: Check::Stage,
    }
}
