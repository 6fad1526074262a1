use crate::lint::rule::rule;

rule! {
    /// The value has another type than the field: a string where a number belongs, a list where a mapping belongs. The API
    /// server refuses the object.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: "80"}}}}]}
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
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
    /// ```
    ///
    /// Remove or add the quotes, or write the value in the shape that the finding names.
    ///
    /// What is refused is left out of the routing whoever mutes the word about it, so only the configuration does.
    WRONG_TYPE = 102 {
        name: "wrong-type",
        summary: "a value of another type than the field's",
        severity: Error,
        fix: Unsafe,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
