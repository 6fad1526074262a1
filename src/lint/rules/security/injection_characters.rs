use crate::lint::rule::rule;

rule! {
    /// The value holds a character that could end a word or a line of a configuration: a line break, another control character, a
    /// quote. White space and quotes around a host are a slip of the pen, and ING106.
    /// In other controllers such values have been used to add directives of one's own and to read secrets (CVE-2021-25748,
    /// CVE-2023-5044 and others). Here the value cannot reach the output; the route is left out.
    ///
    /// Nobody needs such a character in this place. If you did not write it, find out who did.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http:
    ///       paths:
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: "/cart\nbind :81", pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
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
    ///     http:
    ///       paths:
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    INJECTION_CHARACTERS = 502 {
        name: "injection-characters",
        summary: "characters that could end a word or a line where the grammar has none",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [
            "CVE-2021-25745",
            "CVE-2022-4886",
            "CVE-2023-5044",
            "CVE-2025-24514",
            "CVE-2025-1097",
            "CVE-2025-15566",
            "CVE-2026-24512",
            "kubernetes/ingress-nginx#8502",
            "kubernetes/ingress-nginx#8503",
            "kubernetes/ingress-nginx#8686",
            "kubernetes/ingress-nginx#10570",
            "kubernetes/ingress-nginx#10572",
            "kubernetes/kubernetes#131006",
            "kubernetes/kubernetes#131007",
            "kubernetes/kubernetes#136789",
            "kubernetes/kubernetes#136678",
        ],
        check: Check::Stage,
    }
}
