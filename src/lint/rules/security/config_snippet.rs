use crate::lint::rule::rule;

rule! {
    /// An annotation or the controller's ConfigMap brings lines of HAProxy's own language along, and the configuration does not
    /// allow them. Such lines can do everything: open sections, send requests elsewhere, weaken what other teams rely on. Whoever
    /// may write an Ingress could do so for the whole proxy.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/backend-config-snippet: |
    ///       http-request set-header X-Team shop
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
    ///     haproxy.org/request-set-header: X-Team shop
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// What has no key can be allowed in ingressc.yaml, by the words that lines begin with:
    ///
    /// ```yaml
    /// rules:
    ///   ING501:
    ///     allow: [http-request set-header, acl]
    /// ```
    ///
    /// `policy.snippets` allows them to the objects of one namespace:
    ///
    /// ```yaml
    /// policy:
    ///   snippets:
    ///     shop: [http-request set-header]
    /// ```
    ///
    /// The arguments are then the author's choice. Lines that open a section or a condition, or read the environment, Lua or
    /// files of HAProxy's host, are refused whatever is allowed; so are `http-request allow`, `use_backend` and the like in the
    /// frontend, which would undo the routing.
    ///
    /// If one line is not allowed, none of the value is used. If the lines deny, ask for passwords or answer by themselves, the
    /// routes are closed (503), also with `--keep-going`: what was to keep somebody out is not there. For lines of the frontend,
    /// these are all routes. The operator's own lines belong into the files that `include` names.
    CONFIG_SNIPPET = 501 {
        name: "config-snippet",
        summary: "raw HAProxy lines that the configuration does not allow",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [
            "CVE-2021-25742",
            "kubernetes/ingress-nginx#7837",
            "jcmoraisjr/haproxy-ingress#1469",
        ],
        check: Check::Stage,
    }
}
