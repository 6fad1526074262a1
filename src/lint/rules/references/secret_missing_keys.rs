use crate::lint::rule::rule;

rule! {
    /// The Secret is there but does not hold what is needed: for TLS the keys `tls.crt` and `tls.key`, and the type
    /// `kubernetes.io/tls`; for authorities `ca.crt`; for users one key each, with the hash of the password as its value. What
    /// needs it is closed: hosts get no certificate, and routes that only users may take answer 503.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: shop-pem, namespace: shop}
    /// stringData: {cert: "-----BEGIN CERTIFICATE-----", key: "-----BEGIN PRIVATE KEY-----"}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-pem}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The Secret `shop-tls` of this one was made by `kubectl create secret tls shop-tls --cert=chain.pem --key=key.pem
    /// --dry-run=client -o yaml`:
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
    /// Keys called `cert`, `crt` or `key` are a sign of a Secret that was made by hand; rename them.
    SECRET_MISSING_KEYS = 209 {
        name: "secret-missing-keys",
        summary: "a Secret without the keys or of another type than is needed",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#71"],
        check: Check::Stage,
    }
}
