use crate::lint::rule::rule;

rule! {
    /// Annotation and label values are strings. YAML reads `true`, `8080` and the like without quotes as something else, and the
    /// API server then refuses the object, or a lenient client drops all of its annotations.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/forwarded-for: true
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
    ///     haproxy.org/forwarded-for: "true"
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Put quotes around the value. In a Helm chart, the function `quote` does it.
    UNQUOTED_ANNOTATION_VALUE = 3 {
        name: "unquoted-annotation-value",
        summary: "an annotation value that YAML reads as a bool or a number",
        severity: Error,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: [
            "kubernetes/kubernetes#60843",
            "kubernetes/ingress-nginx#1990",
            "jfrog/charts#448",
        ],
        check: Check::Stage,
    }
}
