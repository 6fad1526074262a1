use crate::lint::rule::rule;

rule! {
    /// A rule leads to a Service that is not among the manifests, in the namespace of the Ingress. Its requests are answered
    /// with 503, by the cluster's controllers as well as here. Where the Service is in the cluster, but not in the input,
    /// nothing can be said about its ports.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: wbe, port: {name: http}}}}]}
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
    /// Correct the name, or add the Service's manifest to the inputs. A Service in another namespace cannot be reached from an
    /// Ingress; put the Ingress beside it. `--fix=all` writes the name of a Service of the namespace that is a slip away, if
    /// there is one.
    ///
    /// The Service that `ingressc/backup` names is looked for in the namespace of the Service that has the key. Where it is
    /// missing, the exposed port works, and nobody stands in.
    SERVICE_NOT_FOUND = 201 {
        name: "service-not-found",
        summary: "a backend's Service is not among the manifests",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0101"],
        check: Check::Stage,
    }
}
