use crate::lint::rule::rule;

rule! {
    /// An object says that clients have to log in, and what it says cannot be honoured: the kind of authentication is unknown,
    /// the Secret is missing or is not named, or a hash is one that no password matches. Controllers that ignore such a setting
    /// open the application to everybody.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/auth-type: basic
    ///     haproxy.org/auth-secret: users
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
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
    /// The routes are closed: HAProxy answers 503 until the setting is right, also with `--keep-going`. If the finding is about
    /// one user, only that user cannot log in. An Ingress on which nobody has to log in, although the ConfigMap says otherwise,
    /// says `haproxy.org/auth-type: ""`.
    ///
    /// Hashes are those of crypt(3): one key of the Secret for each user, made by `openssl passwd -5`. `htpasswd` without `-B`
    /// writes `$apr1$`, which HAProxy does not know; it would refuse every password without a word.
    AUTH_FAILS_OPEN = 503 {
        name: "auth-fails-open",
        summary: "authentication is wanted and cannot be had",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [
            "jcmoraisjr/haproxy-ingress#71",
            "jcmoraisjr/haproxy-ingress#1491",
            "haproxytech/kubernetes-ingress#48",
            "kubernetes/ingress-nginx#108",
            "kubernetes/ingress-nginx#5282",
        ],
        check: Check::Stage,
    }
}
