use crate::lint::rule::rule;

rule! {
    /// The document uses an alias (`*name`). kubectl expands it, and so does ingressc; nothing is wrong. But a finding about the
    /// value points at the anchor, and a change there changes every use.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [
    ///       {path: /, pathType: Prefix, backend: &web {service: {name: web, port: {name: http}}}},
    ///       {path: /cart, pathType: Exact, backend: *web},
    ///     ]}
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
    ///     http: {paths: [
    ///       {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}},
    ///       {path: /cart, pathType: Exact, backend: {service: {name: web, port: {name: http}}}},
    ///     ]}
    /// ```
    ///
    /// Write the value out where readers should see it.
    ANCHOR_ALIAS = 7 {
        name: "anchor-alias",
        summary: "an alias: places and fixes point at the anchor",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["alphagov/govuk-infrastructure#2287"],
        check: Check::Stage,
    }
}
