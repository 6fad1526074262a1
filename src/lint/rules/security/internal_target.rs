use crate::lint::rule::rule;

rule! {
    /// A route leads to a loopback, link-local, multicast or unspecified address, to the metadata server of a cloud
    /// (169.254.169.254, `metadata.google.internal`), which hands out credentials, or to the API server of the cluster. From
    /// HAProxy's host that is the host itself, or something that only this host may reach. Kubernetes refuses such endpoints,
    /// too.
    ///
    /// ```yaml bad
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: ["127.0.0.1"]}]
    /// ---
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
    /// ```yaml good
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.1.0.4]}]
    /// ---
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
    /// Such a server is left out, also with `--keep-going`: what is left answers, and without another server the routes answer
    /// 503. Use the address of the real server.
    ///
    /// What the inventory or `endpoints.nodes` list is the operator's own, so there it is a warning, and the server stays: a
    /// proxy beside HAProxy may well listen on loopback. For stub servers on loopback that manifests name, `rules: {ING507:
    /// {level: off}}` in ingressc.yaml keeps them; so does every level below error. Then everybody who may write a manifest may
    /// lead routes to HAProxy's own machine.
    INTERNAL_TARGET = 507 {
        name: "internal-target",
        summary: "a route leads to a loopback or link-local address, or to a cloud's metadata",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#4661", "projectcontour/contour#7659", "GHSA-5ph6-qq5x-7jwc"],
        check: Check::Stage,
    }
}
