use crate::lint::rule::rule;

rule! {
    /// A key is written in an old spelling, or one setting is written twice on an object with the same value: in two spellings,
    /// or under two of the prefixes that mean the same. It holds, and the next version of the controller may not know it.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/whitelist: 10.0.0.0/8
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
    ///     haproxy.org/allow-list: 10.0.0.0/8
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Rename the key, or remove the second one. Mind that the spelling counts before the place: `allow-list` in the ConfigMap
    /// beats `whitelist` on an Ingress. Two different values are ING607.
    DEPRECATED_ANNOTATION = 604 {
        name: "deprecated-annotation",
        summary: "an old spelling of a key",
        severity: Warning,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0135"],
        check: Check::Stage,
    }
}
