use crate::lint::rule::rule;

rule! {
    /// The items of a list are separated by semicolons or blanks, where the key wants commas; or by commas, where it wants
    /// something else. The whole text would be one item, which nothing ever matches.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/cors-enable: "true"
    ///     haproxy.org/cors-allow-origin: https://www.example.com
    ///     haproxy.org/cors-allow-headers: X-Tenant; X-Trace
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
    ///     haproxy.org/cors-allow-headers: X-Tenant, X-Trace
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The value is left out. In a list of addresses a wrong separator is ING508, as any other item that is no address.
    WHITESPACE_LIST = 611 {
        name: "whitespace-list",
        summary: "a list with the wrong separator",
        severity: Error,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#86"],
        check: Check::Stage,
    }
}
