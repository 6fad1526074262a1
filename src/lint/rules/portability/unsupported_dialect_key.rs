use crate::lint::rule::rule;

rule! {
    /// A key is known, and not translated: either it is one of a controller that ingressc does not compile, or of one that it
    /// does, and the reason is in the finding. What the key says does not hold.
    ///
    /// ```yaml bad
    /// # The key of another controller.
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "30"}
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
    ///   annotations: {haproxy.org/timeout-server: 30s}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Keys of another controller are told once an object and prefix. They may well be there for that controller; set `rules:
    /// {ING702: {level: off}}` when all of them are. If a key of ours protects and is not translated, there is ING503 besides,
    /// and its routes are closed. `ingressc annotations` shows what is translated, and how far.
    ///
    /// Behind an Ingress with `tcp-service-port`, keys of HAProxy Ingress that keep clients out (`allowlist-source-range`,
    /// `denylist-source-range`, `limit-connections`, `limit-rps`, rejecting lines in `config-backend`) are errors, on the
    /// Ingress as on the Service, and nobody may connect: say the same by `ingressc/allow-list` or `ingressc/deny-list` on the
    /// Service.
    UNSUPPORTED_DIALECT_KEY = 702 {
        name: "unsupported-dialect-key",
        summary: "a known key that is not translated",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["traefik/traefik#12631", "traefik/traefik#12707"],
        check: Check::Stage,
    }
}
