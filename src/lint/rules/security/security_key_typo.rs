use crate::lint::rule::rule;

rule! {
    /// A key that does not exist is almost one that keeps somebody out, or is what another controller calls such a key, or speaks
    /// of protection: `allow`, `auth-users`, `ratelimit`. Whoever wrote it believes that the route is protected. A controller
    /// ignores it without a word, and everybody may come in. The condition of a route and snippets with lines that deny are such
    /// keys, too.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/whitelst: 10.0.0.0/8
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
    ///     haproxy.org/allow-list: 10.0.0.0/8
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Until it is corrected nothing is written, and with `--keep-going` the routes that it was meant to protect answer 503;
    /// those that lack their condition are left out. If the key that was meant stands on the same object, too, that one holds.
    ///
    /// On an Ingress with `tcp-service-port`, near names of the keys that keep clients out in haproxy-ingress count, too:
    /// `auth-tls-secrets`, `allowlist-source-rang`. Nobody may connect then.
    SECURITY_KEY_TYPO = 504 {
        name: "security-key-typo",
        summary: "an unknown key that is almost one that protects",
        severity: Error,
        fix: Unsafe,
        ignorable: false,
        since: "0.1",
        sources: ["nginx/kubernetes-ingress#489"],
        check: Check::Stage,
    }
}
