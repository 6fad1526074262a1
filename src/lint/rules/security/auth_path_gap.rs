use crate::lint::rule::rule;

rule! {
    /// A path of the type Exact keeps clients out, by a password, a list or a certificate, and the same path with a slash at its
    /// end gets to the same port of the same Service by another rule that does not. Most applications take `/admin/` for
    /// `/admin`, and HAProxy compares an Exact path byte for byte, so one more character is all it takes to get in.
    ///
    /// Prefix protects `/admin`, `/admin/` and all below it. Where only `/admin` is meant, protect the other rule, too, or let
    /// the protected part be a Service of its own.
    ///
    /// Other spellings of a protected path are ING514, which is not told beside this one.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: admin
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/auth-type: basic-auth
    ///     haproxy.org/auth-secret: users
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /admin, pathType: Exact, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: admin
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/auth-type: basic-auth
    ///     haproxy.org/auth-secret: users
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /admin, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    AUTH_PATH_GAP = 505 {
        name: "auth-path-gap",
        summary: "a protected path that is open with a slash at its end",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["kubernetes/kubernetes#136679"],
        check: Check::Stage,
    }
}
