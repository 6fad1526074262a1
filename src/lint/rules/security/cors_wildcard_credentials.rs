use crate::lint::rule::rule;

rule! {
    /// Pages of every site may ask, and the user's cookies are to go along. Browsers refuse this combination. A proxy that works
    /// around it by echoing the origin lets every site act as the user who is logged in here.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/cors-enable: "true"
    ///     haproxy.org/cors-allow-origin: "*"
    ///     haproxy.org/cors-allow-credentials: "true"
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
    ///     haproxy.org/cors-enable: "true"
    ///     haproxy.org/cors-allow-origin: https://www.example.com
    ///     haproxy.org/cors-allow-methods: GET, POST
    ///     haproxy.org/cors-allow-headers: Content-Type
    ///     haproxy.org/cors-allow-credentials: "true"
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The header `Access-Control-Allow-Credentials` is left out, so pages of other sites may ask without cookies. Name the sites
    /// that may ask with them.
    ///
    /// It opens the answers for one user to every site, so only the configuration mutes it.
    CORS_WILDCARD_CREDENTIALS = 511 {
        name: "cors-wildcard-credentials",
        summary: "every origin may ask with the user's cookies",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["labstack/echo#2405", "cyu/rack-cors#142"],
        check: Check::Stage,
    }
}
