use crate::lint::rule::rule;

rule! {
    /// The configuration lets Services be reached at their `externalIPs`, and this one is. Nobody checks that such an address
    /// belongs to whoever writes the Service: with the right to create Services one can claim any address, and kube-proxy takes
    /// its traffic on every node (CVE-2020-8554). Kubernetes 1.36 deprecates the field (KEP-5707), and kube-proxy is going to
    /// ignore it unless told otherwise.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: edge, namespace: shop}
    /// spec: {ports: [{name: http, port: 80}], externalIPs: [192.0.2.9]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: edge, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml bad ingressc.yaml
    /// endpoints: {order: [loadBalancer, externalIPs]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: edge
    ///   namespace: shop
    ///   annotations:
    ///     metallb.io/loadBalancerIPs: 192.0.2.9
    /// spec: {type: LoadBalancer, ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: edge, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// endpoints: {order: [loadBalancer, externalIPs]}
    /// ```
    ///
    /// Let the Service be found by another resolver, `loadBalancer`, `nodePort` or `inventory`, and take `externalIPs` out of
    /// `endpoints.order`. If only administrators may set the field (the admission plugin DenyServiceExternalIPs sees to that),
    /// set the rule to `off`.
    EXTERNAL_IPS = 523 {
        name: "external-ips",
        summary: "a route leads to `spec.externalIPs`",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["CVE-2020-8554", "KEP-5707"],
        check: Check::Stage,
    }
}
