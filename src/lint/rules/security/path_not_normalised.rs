use crate::lint::rule::rule;

rule! {
    /// A path keeps clients out, by an allow-list, a password or a limit, and a shorter path of the host leads to the same
    /// Service without it. HAProxy compares paths as they are written, and many servers do not: `//admin`, `/./admin`,
    /// `/x/../admin` and `/%61dmin` are `/admin` to them, and to HAProxy they belong to `/`. Whoever spells the path so gets past
    /// the protection.
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
    ///     http: {paths: [{path: /admin, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
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
    ///
    /// Or protect `/`, too. Or refuse such spellings for all hosts by a file of `include.frontend`:
    ///
    /// ```
    /// http-request deny deny_status 400 if { path -m reg '//|/\.\.?(/|$)|\\' }
    /// http-request deny deny_status 400 if { path -m reg -i '%(2[def]|3[0-9]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9ae])' }
    /// ```
    ///
    /// The first line refuses empty elements, `.` and `..`; the second one letters, digits, dots and slashes that are
    /// percent-encoded without need. Servers that ignore case, or what follows `;` in a path, have more spellings: there, only a
    /// Service of its own or a protected `/` helps. Then say `rules: {ING514: {level: off}}`.
    PATH_NOT_NORMALISED = 514 {
        name: "path-not-normalised",
        summary: "a protected path whose other spellings reach the same Service unprotected",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["CVE-2023-45539", "openshift/router#613"],
        check: Check::Stage,
    }
}
