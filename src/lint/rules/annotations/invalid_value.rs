use crate::lint::rule::rule;

rule! {
    /// The value is outside of what the key takes. Controllers log that in the cluster, or hand the value on, and HAProxy then
    /// refuses the whole configuration.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/load-balance: roundrobbin
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
    ///     haproxy.org/load-balance: roundrobin
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The value is left out; what counts less, such as the ConfigMap, decides in its place. If the key protects, its routes are
    /// closed (503) instead, because what counts less may let in more. `ingressc explain KEY` says what a key takes.
    ///
    /// Keys of `ingressc/` that expose ports of a Service, or keep clients out of them, take no empty value either. Nothing else
    /// says what is meant: an empty one comes from a template that had nothing to fill in. A list or a Secret that is empty
    /// closes the ports, and an empty `ingressc/expose` takes the Service off the host.
    ///
    /// ```yaml
    /// # bad: who may connect?
    /// ingressc/expose: "true"
    /// ingressc/allow-list: ""
    /// # good
    /// ingressc/expose: "true"
    /// ingressc/allow-list: 10.0.0.0/8
    /// ```
    INVALID_VALUE = 603 {
        name: "invalid-value",
        summary: "a value outside of the key's grammar",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: [
            "istio IST0125",
            "kubernetes/ingress-nginx#11726",
            "jcmoraisjr/haproxy-ingress#170",
        ],
        check: Check::Stage,
    }
}
