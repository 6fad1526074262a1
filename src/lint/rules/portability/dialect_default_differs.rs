use crate::lint::rule::rule;

rule! {
    /// What the manifest says is clear, and a controller would do something else with it, because its own defaults or habits
    /// differ. The output does what the page of the key says. This is worth knowing when manifests move from that controller to
    /// this HAProxy.
    ///
    /// ```yaml bad
    /// # The controller of HAProxy Technologies sends plain requests to https by itself, because there is a TLS entry.
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/timeout-server: 30s}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// # Said, so that nobody has to know.
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/timeout-server: 30s
    ///     haproxy.org/ssl-redirect: "true"
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Say what is meant. With `profile: haproxytech` in ingressc.yaml, corners behave as in that controller.
    ///
    /// That includes its port: the profile sends plain requests to 8443, on which that controller listens unless it is told
    /// otherwise. Where `listen.https` of ingressc.yaml has another port, this is a warning, because a browser that follows the
    /// redirect meets nobody:
    ///
    /// ```yaml
    /// # ingressc.yaml, to listen where requests are sent to
    /// profile: haproxytech
    /// listen: {https: [":443", ":8443"]}
    /// ```
    ///
    /// A port that `ssl-redirect-port` names and nothing here listens on may be that of a load balancer in front, so it is told
    /// only as an information.
    ///
    /// Under that profile an Ingress is of the class that `spec.ingressClassName` names, whatever an annotation says, and the
    /// controller takes it only if the cluster has an IngressClass of that name. Keep the object beside the Ingresses:
    ///
    /// ```yaml
    /// apiVersion: networking.k8s.io/v1
    /// kind: IngressClass
    /// metadata: {name: haproxy}
    /// spec: {controller: haproxy.org/ingress-controller/haproxy}
    /// ```
    DIALECT_DEFAULT_DIFFERS = 703 {
        name: "dialect-default-differs",
        summary: "an answer that differs between controllers",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
