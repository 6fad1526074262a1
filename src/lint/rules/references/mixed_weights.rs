use crate::lint::rule::rule;

rule! {
    /// Some servers of a list in the inventory have a weight, and others have none. HAProxy gives a server without a weight the
    /// weight 1, so beside one of 50 it gets two requests in a hundred, and nobody sees why.
    ///
    /// ```yaml bad ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// endpoints: {inventory: inventory.yaml}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml bad inventory.yaml
    /// shop/web:http:
    ///   - {address: 10.0.0.1, weight: 50}
    ///   - 10.0.0.2                                         # gets one request in 51
    /// ```
    ///
    /// With the same configuration and Ingress:
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// endpoints: {inventory: inventory.yaml}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good inventory.yaml
    /// shop/web:http:
    ///   - {address: 10.0.0.1, weight: 50}
    ///   - {address: 10.0.0.2, weight: 50}
    /// ```
    ///
    /// Give all of them a weight, or none. Servers with `backup: true` are compared with each other only, since they never
    /// share requests with the others.
    MIXED_WEIGHTS = 231 {
        name: "mixed-weights",
        summary: "some servers of a list have a weight, and others take HAProxy's, which is 1",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
