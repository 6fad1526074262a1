use crate::lint::rule::rule;

rule! {
    /// A password is hashed with DES crypt or MD5 crypt (`$1$`). Whoever gets hold of the hash finds the password within hours;
    /// DES reads only the first eight characters of it, so that longer ones are no better.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: users, namespace: shop}
    /// stringData: {tom: abJnggxhB/yWI}
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
    /// stringData: {tom: $5$saltsalt$gOjOtoMpVhru2uyjeJSEc/JaLQWOXMNmlOnj6T4AtC.}
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
    /// The user can log in. Hash the password again with `openssl passwd -5` (SHA-256) or `openssl passwd -6` (SHA-512).
    WEAK_PASSWORD_HASH = 517 {
        name: "weak-password-hash",
        summary: "a password hash that is quickly guessed",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
