use crate::lint::rule::rule;

rule! {
    /// Two objects claim the requests that no rule meets: two `defaultBackend`s of Ingresses for the same hosts, or one of them and
    /// `default-backend-service` of the controller's ConfigMap, with different Services. Which one would win depends on the
    /// controller and on the age of the objects.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: cart, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: cart, port: {name: http}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    /// ```
    ///
    /// Keep one. A catch-all for a single host is better written as a rule of that host with the path `/`. With `--keep-going` the
    /// first one holds, by namespace and name.
    DEFAULT_BACKEND_CONFLICT = 309 {
        name: "default-backend-conflict",
        summary: "two objects claim the default backend",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["haproxytech/kubernetes-ingress#811"],
        check: Check::Stage,
    }
}
