use crate::lint::rule::rule;

rule! {
    /// A rule of an Ingress with `tcp-service-port` has a path. The port takes connections and hands them to servers as they come:
    /// nobody reads requests there, so nobody sees a path. Only `/` and the empty path are legal, which mean every connection.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: web, namespace: shop, annotations: {haproxy-ingress.github.io/tcp-service-port: "9000"}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - http:
    ///       paths:
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    ///
    /// The path is left out, and the others of the Ingress hold. Where none is left, nothing listens on the port. The community's
    /// controller says so in its log only.
    ///
    /// Tell Services apart by the name that clients ask for in the TLS handshake, or give each a port:
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: web, namespace: shop, annotations: {haproxy-ingress.github.io/tcp-service-port: "9000"}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    ///   - host: cart.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// If requests are to be routed by their path, remove `tcp-service-port`: then it is an Ingress of HTTP.
    TCP_SERVICE_WITH_PATH = 338 {
        name: "tcp-service-with-path",
        summary: "a TCP service with a path, which connections do not have",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
