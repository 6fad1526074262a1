use crate::lint::rule::rule;

rule! {
    /// A password or key stands where everybody can read it who may read the object. A Secret for `auth-secret` holds hashes, as
    /// crypt(3) writes them. A value that is no hash is probably the password itself: HAProxy would take it for a hash, so nobody
    /// could log in with it, and it would stand in haproxy.cfg.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: users, namespace: shop}
    /// stringData:
    ///   ann: $5$saltsalt$5i1qBpoG1r2lckbKSq1CnT.UGPp8XJNqM5AYlEGzft6
    ///   tom: hunter2
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/auth-type: basic-auth
    ///     haproxy.org/auth-secret: users
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: users, namespace: shop}
    /// stringData:
    ///   ann: $5$saltsalt$5i1qBpoG1r2lckbKSq1CnT.UGPp8XJNqM5AYlEGzft6
    ///   tom: $5$saltsalt$gOjOtoMpVhru2uyjeJSEc/JaLQWOXMNmlOnj6T4AtC.
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/auth-type: basic-auth
    ///     haproxy.org/auth-secret: users
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The user is left out. Choose another password, and write what `openssl passwd -5` makes of it.
    PLAINTEXT_SECRET = 516 {
        name: "plaintext-secret",
        summary: "a password or key where everybody can read it",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
