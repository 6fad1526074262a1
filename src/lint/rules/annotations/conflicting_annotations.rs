use crate::lint::rule::rule;

rule! {
    /// Two keys of a route exclude each other, or one setting has two values on one object: in two spellings, or under two
    /// prefixes that mean the same; or a protection of an Ingress loses to another spelling in the ConfigMap.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/timeout-server: 30s
    ///     ingress.kubernetes.io/timeout-server: 5s
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
    ///     haproxy.org/timeout-server: 30s
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Of two spellings the newer one counts, unless its page says otherwise. Of two prefixes it is `haproxy.org/` here, and
    /// chance in the controller; where such a key protects, neither value may be trusted, and the routes are closed. Values are
    /// compared as what they mean: `5s` and `5000ms` are the same, which is ING604.
    ///
    /// A spelling counts before the place: `allow-list` of the ConfigMap counts before the old `whitelist` of an Ingress, as in
    /// the controller. Where the two differ, nobody can tell which list is meant, and the routes are closed until the key of the
    /// Ingress is renamed.
    ///
    /// `ingressc/tls-secret` excludes a check of a database whose clients agree on TLS within their own protocol: TLS is answered
    /// from the first byte on, and they never send it then. For MySQL that is an error; it is a warning for PostgreSQL, whose
    /// clients can from version 17 on, and is not told beside `ingressc/alpn: postgresql`.
    ///
    /// ```yaml
    /// # bad: clients of MySQL wait for a greeting, and HAProxy for a handshake
    /// ingressc/check: mysql haproxy
    /// ingressc/tls-secret: orders-tls
    /// # good: the server has the certificate, and TLS goes through to it
    /// ingressc/check: mysql haproxy
    /// ```
    CONFLICTING_ANNOTATIONS = 607 {
        name: "conflicting-annotations",
        summary: "keys that exclude each other",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
