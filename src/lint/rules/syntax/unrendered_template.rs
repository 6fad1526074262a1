use crate::lint::rule::rule;

rule! {
    /// A template marker (`{{ … }}`, `{% … %}`, `${NAME}`) is still in the manifest: the file was read before Helm, envsubst or
    /// another tool filled it in. HAProxy would wait for requests to a host of that spelling, and none comes.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: ${SHOP_HOST}
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
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
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Compile what the tool produces, not its input:
    ///
    /// ```console
    /// helm template shop charts/shop | ingressc check - --stdin-filename shop.yaml
    /// envsubst < ingress.yaml | ingressc check -
    /// ```
    ///
    /// To leave the templates out of a walk, use `--exclude '**/templates/**'`.
    UNRENDERED_TEMPLATE = 5 {
        name: "unrendered-template",
        summary: "a template marker that nobody has rendered",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
