use crate::lint::rule::rule;

rule! {
    /// The route leads to a Service of type ExternalName: HAProxy looks the name up in DNS while it runs and connects to wherever
    /// it points at that time. Whoever may write Services can thus send traffic out of the cluster, and whoever controls the name
    /// decides where to (CVE-2021-25740).
    ///
    /// If this is meant, set the rule to `off` in ingressc.yaml. If the address is fixed, an EndpointSlice is safer. An IP
    /// address is no name: no DNS server resolves it, so such a Service is an error.
    ///
    /// A name below the domain of the cluster leads to a Service of another namespace, around the rule that an Ingress reaches
    /// only its own. Outside of the cluster nobody knows the name. So it is an error, unless `endpoints.dns` names the cluster's
    /// DNS, which is asked then. The name of a Service that is not headless means its clusterIP: that is an error, too, unless
    /// `clusterIP` is in the order, because hardly any host outside of the cluster has a route to it.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: legacy, namespace: shop}
    /// spec: {type: ExternalName, externalName: legacy.example.net, ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: legacy, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: legacy, namespace: shop}
    /// spec: {ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: legacy-1, namespace: shop, labels: {kubernetes.io/service-name: legacy}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [192.0.2.20]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: legacy, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml
    /// # bad: in namespace `shop`, for an Ingress there
    /// spec: {type: ExternalName, externalName: web.cart.svc.cluster.local}
    /// ```
    ///
    /// ```yaml
    /// # good: an Ingress for the same host in namespace `cart`, beside its Service
    /// metadata: {name: cart, namespace: cart}
    /// ```
    EXTERNAL_NAME_SERVICE = 506 {
        name: "external-name-service",
        summary: "a route leaves the cluster by name",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [
            "CVE-2021-25740",
            "kubernetes/kubernetes#103675",
            "jcmoraisjr/haproxy-ingress#816",
        ],
        check: Check::Stage,
    }
}
