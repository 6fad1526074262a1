use crate::lint::rule::rule;

rule! {
    /// A key begins as those of a known controller do, and that controller has no such key. It would be ignored without a word,
    /// and so would what it was meant to change.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/timeout-sever: 5s
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/timeout-server: 5s
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The nearest key is named, also when it belongs on another kind of object. `ingressc annotations` lists all keys. Several
    /// controllers have read `ingress.kubernetes.io/` in their time, so there an unknown key is a warning. A key that is almost
    /// one that protects is ING504.
    ///
    /// Of haproxy-ingress, only near names of the keys that are translated are told so, and only on an Ingress of a TCP port. An
    /// Ingress whose `tcp-service-port` is misspelt is routed nowhere: it means no requests.
    UNKNOWN_ANNOTATION = 601 {
        name: "unknown-annotation",
        summary: "a key in a controller's prefix that does not exist",
        severity: Error,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0108", "nginx/kubernetes-ingress#489"],
        check: Check::Stage,
    }
}
