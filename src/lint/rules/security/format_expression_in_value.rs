use crate::lint::rule::rule;

rule! {
    /// A value holds `%[…]`, which HAProxy replaces by something else for each request: a header, an address, the date.
    /// Controllers hand such values to HAProxy as they are, so whoever may write an annotation may also read what HAProxy knows,
    /// its environment included.
    ///
    /// What is known to be harmless is translated, with a warning: the client's address, method, path, headers by name, the
    /// certificate that a client showed, the date, and converters that do nothing but compute. Everything else is an error, and
    /// the key is left out: environment, files, maps, stick tables, Lua, and headers that hold passwords or sessions. So is a `%`
    /// alone, which HAProxy would refuse or read as a variable of its log, and a `$`, which the controller replaces by a variable
    /// of its environment.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/response-set-header: X-Discount 50%
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
    ///     haproxy.org/response-set-header: X-Discount 50%%
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// In `log-format`, expressions are what the key is for: harmless ones are no finding there. Headers are gone when a log is
    /// written, so they have to be captured first.
    ///
    /// `rules: {ING522: {level: off}}` in ingressc.yaml silences the warning; what is refused stays refused.
    FORMAT_EXPRESSION_IN_VALUE = 522 {
        name: "format-expression-in-value",
        summary: "a value that HAProxy evaluates",
        severity: Warning,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
