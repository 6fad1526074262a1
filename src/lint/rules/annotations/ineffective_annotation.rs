use crate::lint::rule::rule;

rule! {
    /// A key does nothing: the one without which it means nothing is not there, or is switched off; or it is one that protects,
    /// and its value is empty; or a custom resource takes its place. An empty value means "as if nothing were said", and even
    /// takes away what the ConfigMap says for all; for the ports of a Service nothing else says it, and there it is an error
    /// (ING603). Or it reads a header that is gone by then: what clients send in `X-Real-IP`, `Forwarded` and `X-Forwarded-…` is
    /// dropped, as they can claim anything in it.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/ssl-redirect-code: "301"
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
    ///     haproxy.org/ssl-redirect: "true"
    ///     haproxy.org/ssl-redirect-code: "301"
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Keys about the exposed ports of a Service do nothing where none is exposed, and keys about requests do nothing where only
    /// exposed ports lead to a Service: nobody reads what their connections carry. Limits of silence other than
    /// `ingressc/timeout-tunnel` end where a server accepts the connection. A queue that is longer than `ingressc/timeout-client`
    /// does not hold for clients that wait for the server to speak first.
    ///
    /// ```yaml
    /// # bad: connections have no requests, and idle ones are closed after 24 hours
    /// ingressc/expose: "true"
    /// haproxy.org/load-balance: uri
    /// haproxy.org/timeout-server: 10m
    /// # good
    /// ingressc/expose: "true"
    /// haproxy.org/load-balance: leastconn
    /// ingressc/timeout-tunnel: 10m
    /// ```
    ///
    /// Such values often come from a template whose variable is not set. A key of a Service is told only when it does nothing on
    /// any route, and one that the ConfigMap presets for all routes is not told.
    ///
    /// `cr-backend`, `cr-defaults` and `cr-global` replace whole groups of keys, also those that stand on another object. Where
    /// such a key protects, such as `server-ca`, and the resource does not say the same, the finding is an error and the routes
    /// are closed.
    INEFFECTIVE_ANNOTATION = 605 {
        name: "ineffective-annotation",
        summary: "a key that does nothing without another one",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0167", "jcmoraisjr/haproxy-ingress#217"],
        check: Check::Stage,
    }
}
