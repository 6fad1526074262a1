use crate::lint::rule::rule;

rule! {
    /// A rule without a host takes `/`, and Ingresses of other namespaces have hosts. So it takes every request whose host nobody
    /// has named: a name that is misspelt elsewhere, one whose Ingress has just been deleted, the address of the machine. Those
    /// requests bring the cookies and passwords of another team's users along, and this Service reads them.
    ///
    /// Mostly the host was forgotten. If one application is to answer for all names that are left, an Ingress with
    /// `defaultBackend` and no rules says that in so many words, and is no finding.
    ///
    /// A rule beside rules with hosts in the same Ingress is ING306.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: blog, namespace: blog}
    /// spec: {ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: blog-1, namespace: blog, labels: {kubernetes.io/service-name: blog}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.1.3.1]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: blog, namespace: blog}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: blog, port: {name: http}}}}]}
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
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: blog, namespace: blog}
    /// spec: {ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: blog-1, namespace: blog, labels: {kubernetes.io/service-name: blog}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.1.3.1]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: blog, namespace: blog}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: blog.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: blog, port: {name: http}}}}]}
    /// ```
    CATCH_ALL_HOST = 521 {
        name: "catch-all-host",
        summary: "a rule that takes the hosts that no namespace has named",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
