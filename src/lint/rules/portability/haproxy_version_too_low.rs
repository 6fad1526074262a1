use crate::lint::rule::rule;

rule! {
    /// A setting needs a newer HAProxy than the oldest one that must load the output, which is `target.haproxy` in
    /// ingressc.yaml, or `--haproxy`. That HAProxy would refuse the whole configuration.
    ///
    /// ```yaml bad
    /// # A page for status 431 needs HAProxy 3.2; the output is for 2.6 where nothing is said.
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/rate-limit-requests: "10"
    ///     haproxy.org/rate-limit-status-code: "431"
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
    ///     haproxy.org/rate-limit-requests: "10"
    ///     haproxy.org/rate-limit-status-code: "429"
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The setting is left out, and if it protects, its routes are closed. Raise the target when no host runs an older version,
    /// or do without the setting. `ingressc explain KEY` names the version that a key needs.
    ///
    /// ```yaml
    /// # ingressc.yaml
    /// target: {haproxy: "3.2"}
    /// ```
    HAPROXY_VERSION_TOO_LOW = 707 {
        name: "haproxy-version-too-low",
        summary: "a setting that needs a newer HAProxy",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
