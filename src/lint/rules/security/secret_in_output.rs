use crate::lint::rule::rule;

rule! {
    /// `ingressc compile` is about to write private keys into a work tree of git, and git does not ignore their folder. The next
    /// `git add .` takes them into the history, and a key that was pushed once is no secret any more.
    ///
    /// HAProxy needs the keys, and the files can be read by their owner only; what is to be prevented is the commit. Write
    /// `certs/` of the folder into `.gitignore`, or name a folder outside of the work tree after `-o`. With files that git knows
    /// already, `git rm --cached` them first.
    ///
    /// It is told by `compile` alone, as `check` writes nothing. Without `git` on the host, nothing is told.
    ///
    /// ```yaml bad compile
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good compile
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```text good .gitignore
    /// /build/certs/
    /// ```
    SECRET_IN_OUTPUT = 524 {
        name: "secret-in-output",
        summary: "private keys are written where git would take them",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
