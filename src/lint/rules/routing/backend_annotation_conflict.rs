use crate::lint::rule::rule;

rule! {
    /// Two Ingresses lead to the same port of a Service, and say different things about its servers: how long HAProxy waits for them,
    /// how they are chosen, checked or spoken to. That one of them says nothing is a difference, too. Values are compared by what
    /// they mean, so `60s` and `1m` agree.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {haproxy.org/timeout-server: 10s}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: reports, namespace: shop, annotations: {haproxy.org/timeout-server: 5m}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: reports.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ingressc honours both: each Ingress gets a backend of its own. The haproxytech controller has one backend a Service port, in
    /// which one of the two wins; which one may change with every update. So the manifests mean different things there and here. Each
    /// backend also checks the servers, and counts the connections of `pod-maxconn`, for itself.
    ///
    /// Write the key on the Service, where it holds for all routes that lead there:
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {haproxy.org/timeout-server: 5m}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: reports, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: reports.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Settings of requests and not of servers, such as redirects and headers, belong to their Ingress everywhere, and are not
    /// compared.
    ///
    /// Ingresses with `tcp-service-port`, and TCP resources, that share a port of the host share what it says to clients as well:
    /// there the first one holds, and the other is told.
    BACKEND_ANNOTATION_CONFLICT = 310 {
        name: "backend-annotation-conflict",
        summary: "two Ingresses give one Service port different settings",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#426", "jcmoraisjr/haproxy-ingress#35"],
        check: Check::Stage,
    }
}
