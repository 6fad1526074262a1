use crate::lint::rule::rule;

rule! {
    /// A known key, or almost one, stands under a prefix that the controller does not read, or without any; or it is what another
    /// controller calls a setting. It does nothing. Prefixes and keys have small letters: `HAProxy.org/` is another prefix.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.ingress.kubernetes.io/timeout-server: 5s
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
    /// `haproxy.org/`, `ingress.kubernetes.io/` and `haproxy.com/` mean the same. The controller of HAProxy Technologies reads
    /// keys without a prefix, too: with `profile: haproxytech` they count, and are told all the same. In the data of its
    /// ConfigMap they are the usual form.
    ///
    /// It is a warning. For a key that protects it is an error, and its routes are closed.
    WRONG_PREFIX = 606 {
        name: "wrong-prefix",
        summary: "a key of one controller under another's prefix",
        severity: Warning,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: [
            "haproxytech/kubernetes-ingress#48",
            "haproxytech/kubernetes-ingress#807",
            "jcmoraisjr/haproxy-ingress#373",
            "nginx/kubernetes-ingress#1664",
        ],
        check: Check::Stage,
    }
}
