use crate::lint::rule::rule;

rule! {
    /// This kind of object takes part in routing (Gateway API, a controller's own resources), but ingressc does not compile it.
    /// What it asks for will be missing from the output.
    ///
    /// ```yaml bad
    /// apiVersion: gateway.networking.k8s.io/v1
    /// kind: HTTPRoute
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   hostnames: [shop.example.com]
    ///   rules: [{backendRefs: [{name: web, port: 80}]}]
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
    /// If HAProxy is to serve these routes, describe them as Ingresses. If they are served by something else, all is well; leave
    /// the files out with `--exclude` to say so.
    UNSUPPORTED_KIND = 113 {
        name: "unsupported-kind",
        summary: "an object that takes part in routing but is not compiled",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
