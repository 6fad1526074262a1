use crate::lint::rule::rule;

rule! {
    /// `ImplementationSpecific` means that the controller decides how the path is compared: as a prefix by element, as a prefix
    /// of the text, as a regular expression. Here it is read like `Prefix`; under `profile: haproxytech` as a prefix of the
    /// text, so that `/a` also means `/ab`.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /cart, pathType: ImplementationSpecific, backend: {service: {name: cart, port: {name: http}}}}]}
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
    /// Take `Prefix` or `Exact`, which mean the same everywhere. Nothing is said of `/` and of paths that end with a slash: all
    /// controllers read them alike.
    IMPLEMENTATION_SPECIFIC_PATH = 701 {
        name: "implementation-specific-path",
        summary: "a path whose meaning is the controller's choice",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#7586"],
        check: Check::Stage,
    }
}
