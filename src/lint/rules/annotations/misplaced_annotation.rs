use crate::lint::rule::rule;

rule! {
    /// The key exists, and does nothing on this kind of object. Some hold for the whole process, so only the controller's
    /// ConfigMap can say them (`timeout-tunnel`, `maxconn`); some are about the servers of one Service (`cookie-persistence`,
    /// `route-acl`); some about the requests of an Ingress (`ssl-passthrough`, `allow-list`).
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/timeout-tunnel: 1h
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data:
    ///   timeout-tunnel: 1h
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
    /// ```yaml good ingressc.yaml
    /// configMap: haproxy/haproxy-config
    /// ```
    ///
    /// `ingressc explain KEY` says where a key may stand. One that protects closes the routes of the object it stands on:
    /// somebody believes that they are protected.
    ///
    /// On a Service whose ports are exposed, keys about requests do not hold, wherever they stand. One that protects closes the
    /// exposed ports, and moving it to the Ingress would open them to everybody. The keys for ports begin with `ingressc/`:
    ///
    /// ```yaml
    /// # bad: 10.0.0.0/8 was to be let in, and nobody may connect
    /// metadata: {annotations: {ingressc/expose: "true", haproxy.org/allow-list: 10.0.0.0/8}}
    /// # good
    /// metadata: {annotations: {ingressc/expose: "true", ingressc/allow-list: 10.0.0.0/8}}
    /// ```
    MISPLACED_ANNOTATION = 602 {
        name: "misplaced-annotation",
        summary: "a key on an object where it does nothing",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "istio IST0107",
            "jcmoraisjr/haproxy-ingress#611",
            "haproxytech/kubernetes-ingress#347",
            "haproxytech/kubernetes-ingress#617",
            "haproxytech/kubernetes-ingress#309",
        ],
        check: Check::Stage,
    }
}
