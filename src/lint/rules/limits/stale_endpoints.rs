use crate::lint::rule::rule;

rule! {
    /// EndpointSlices are an export: true when it was made. Something in the input says that this one is not true any more, or
    /// that HAProxy's host has no way to the addresses in it. It is one of these signs:
    ///
    /// - No slice has changed for a week before the day of `--now`. In a living cluster some pod moves nearly every day.
    /// - Endpoints are on nodes that are not among the Nodes of the input.
    /// - A Service's `targetPort` and the port in its slices differ, though the cluster copies one into the other
    ///   (told by `compile`).
    /// - Addresses lie outside of `endpoints.podNetworks`; or, where none is configured, in a network that flannel, kubeadm,
    ///   kind, k3s or RKE2 give to pods by default, which are overlays between the nodes: other machines have no route to them.
    ///
    /// ```yaml bad
    /// # 10.244.0.0/16 is flannel's: only nodes of the cluster have a route to it.
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.244.1.17]}]
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
    /// # Pods with addresses of the network that HAProxy's host is in.
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.1.0.1]}, {addresses: [10.1.0.2]}]
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
    /// Export the Services, Nodes and EndpointSlices together, and whenever pods move: `kubectl get
    /// nodes,services,endpointslices -A -o yaml`. Where there is no route to pods, take a resolver that does not need one;
    /// where there is one, say so:
    ///
    /// ```yaml
    /// # ingressc.yaml
    /// endpoints:
    ///   order: [inventory, nodePort]        # either
    ///   podNetworks: [10.244.0.0/16]        # or
    /// ```
    ///
    /// HAProxy checks the servers either way: what cannot be reached is down. What is reached but belongs to somebody else now
    /// is not noticed.
    STALE_ENDPOINTS = 809 {
        name: "stale-endpoints",
        summary: "endpoints that look old, or that this host cannot reach",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
