use crate::lint::rule::rule;

rule! {
    /// A rule of an Ingress with `tcp-service-port` has a path. The port takes connections and hands them to servers as they come: nobody reads
    /// requests there, so nobody sees a path. Only `/` and the empty path are legal, which mean every connection.
    ///
    /// ```yaml
    /// # Bad: /orders can be in no connection.
    /// metadata:
    ///   annotations:
    ///     haproxy-ingress.github.io/tcp-service-port: "5432"
    /// spec:
    ///   rules:
    ///   - http:
    ///       paths:
    ///       - path: /orders
    ///         pathType: Prefix
    ///         backend: {service: {name: orders, port: {number: 5432}}}
    /// ```
    ///
    /// The path is left out, and the others of the Ingress hold. Where none is left, nothing listens on the port. The community's controller says
    /// so in its log only.
    ///
    /// Tell Services apart by the name that clients ask for in the TLS handshake, or give each a port:
    ///
    /// ```yaml
    /// # Good
    /// metadata:
    ///   annotations:
    ///     haproxy-ingress.github.io/tcp-service-port: "5432"
    /// spec:
    ///   rules:
    ///   - host: orders.db.example.com
    ///     http:
    ///       paths:
    ///       - path: /
    ///         pathType: Prefix
    ///         backend: {service: {name: orders, port: {number: 5432}}}
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
