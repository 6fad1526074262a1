use crate::lint::rule::rule;

rule! {
    /// A bool is spelt in a way that controllers read differently: `True`, `1`, `on`, `enabled`. Some keys are compared with the
    /// word `true` itself, and then every other spelling means `false`, whatever it says.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/check: enabled
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
    ///     haproxy.org/check: "true"
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Where the meaning is clear the value counts, and this is a warning. Where the controller would take a "yes" for a "no",
    /// the value is left out, and it is an error. Write `"true"` or `"false"`, in quotes.
    BOOLEAN_SPELLING = 614 {
        name: "boolean-spelling",
        summary: "a bool in an unusual spelling",
        severity: Warning,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#373"],
        check: Check::Stage,
    }
}
