use crate::lint::rule::rule;

rule! {
    /// The Service has no selector, so the cluster makes no addresses for it, and no EndpointSlice among the manifests has any.
    /// Somebody else has to provide them. `check` tells it, because such slices are written by hand and belong beside the
    /// Service; where servers are needed and nobody knows them, `compile` reports ING219 in its place.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: legacy, namespace: shop}
    /// spec: {ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: legacy, port: {name: http}}}}
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
    /// endpoints: [{addresses: [10.9.0.1]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: legacy, port: {name: http}}}}
    /// ```
    ///
    /// Write an EndpointSlice with the label `kubernetes.io/service-name`, list the servers in an inventory, or give the
    /// Service a selector.
    SELECTORLESS_WITHOUT_SLICE = 206 {
        name: "selectorless-without-slice",
        summary: "a Service without selector and without slices",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["haproxytech/kubernetes-ingress#2", "jcmoraisjr/haproxy-ingress#489"],
        check: Check::Stage,
    }
}
