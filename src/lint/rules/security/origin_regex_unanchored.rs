use crate::lint::rule::rule;

rule! {
    /// A regular expression for origins matches more than it seems to. The controller looks for it anywhere in the origin, and a
    /// `.` stands for every character, so that the names of other people's sites match as well: `https://example.com` is found in
    /// `https://example.com.evil.org` and in `https://example-com.evil.org`.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/cors-enable: "true"
    ///     haproxy.org/cors-allow-origin: https://[a-z]+\.example\.com
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
    ///     haproxy.org/cors-allow-origin: ^https://[a-z]+\.example\.com$
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// In ingressc an expression has to match the whole origin, with anchors or without. Write them all the same: whoever reads
    /// the manifest, or runs it in the controller, sees what is meant. Origins in a list are compared as text.
    ORIGIN_REGEX_UNANCHORED = 512 {
        name: "origin-regex-unanchored",
        summary: "a pattern of origins that other sites match too",
        severity: Warning,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: ["gixy origins"],
        check: Check::Stage,
    }
}
