use crate::lint::rule::rule;

rule! {
    /// The path holds characters of a regular expression, but is `Exact` or `Prefix` and is compared as plain text. No sane request
    /// has such a path, so the rule does not do what it says.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: "/cart/(.*)", pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// A `Prefix` means everything below the path already. What a regular expression took apart for the server is done by
    /// `haproxy.org/path-rewrite`, which has expressions of its own: `^/cart/(.*) /\1`.
    ///
    /// Write the part before the first special character. No fix does that by itself: `/v(1|2)` would become `/v`, and somebody has
    /// to say which paths are meant.
    REGEX_IN_PLAIN_PATH = 314 {
        name: "regex-in-plain-path",
        summary: "a path that looks like a regular expression but is compared as text",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["Kong/kubernetes-ingress-controller#1440"],
        check: Check::Stage,
    }
}
