use crate::lint::rule::rule;

rule! {
    /// A Secret is named, but is not among the manifests. For a TLS entry this means that its hosts have no certificate. They
    /// are never served another host's, and never in plain text instead.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tsl}]
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
    /// Correct the name, or add the Secret to the inputs. If it is sealed, external, made by cert-manager, or was redacted with
    /// `ingressc redact`, name the file that holds key and chain on HAProxy's host:
    ///
    /// ```yaml
    /// # ingressc.yaml
    /// certificates:
    ///   map: {shop/shop-tls: /etc/ssl/private/shop.pem}
    /// ```
    ///
    /// `--fix=all` writes the name of a Secret that is a slip away, if there is one in the namespace and its certificate is for
    /// the hosts.
    SECRET_NOT_FOUND = 208 {
        name: "secret-not-found",
        summary: "a Secret is not among the manifests",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0161", "haproxytech/kubernetes-ingress#601"],
        check: Check::Stage,
    }
}
