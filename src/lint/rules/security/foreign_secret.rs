use crate::lint::rule::rule;

rule! {
    /// An annotation names a Secret of another namespace, and takes a private key or passwords out of it. The haproxytech
    /// controller allows that without asking the other namespace. Whoever may write an Ingress or a Service here can then act as
    /// the owner of the key there.
    ///
    /// A TCP resource may also name a file of HAProxy's host, such as `ssl_certificate: /etc/haproxy/certs/pay.pem`. A path belongs to no
    /// namespace, so the same is said of it.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: desk, namespace: office}
    /// spec: {ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: desk-1, namespace: office, labels: {kubernetes.io/service-name: desk}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.1.2.1]}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: desk
    ///   namespace: office
    ///   annotations:
    ///     haproxy.org/server-ssl: "true"
    ///     haproxy.org/server-ca: shop/shop-tls
    ///     haproxy.org/server-crt: shop/shop-tls
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: desk.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: desk, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/server-ssl: "true"
    ///     haproxy.org/server-ca: shop/shop-tls
    ///     haproxy.org/server-crt: shop/shop-tls
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Keep a Secret of its own in each namespace. Where one for all is meant, name it in the controller's ConfigMap: who writes
    /// that runs the controller, and is not asked.
    FOREIGN_SECRET = 519 {
        name: "foreign-secret",
        summary: "a private key or password of another namespace, or of the host, is used",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
