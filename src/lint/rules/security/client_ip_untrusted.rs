use crate::lint::rule::rule;

rule! {
    /// The client's address is taken from a header, or from the PROXY protocol, and everybody can send it. Whoever does chooses
    /// the address that allow-lists, deny-lists, rate limits and logs see.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/src-ip-header: X-Real-IP
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
    ///     haproxy.org/src-ip-header: X-Real-IP
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// trustedProxies: [10.0.0.0/24, "2001:db8:5::/64"]
    /// ```
    ///
    /// With `trustedProxies`, the header counts on connections from these networks and is dropped from all others. Without, it
    /// counts for nobody: the client is who connects, and routes with a list of addresses are closed, which is an error, because
    /// the list would be asked about the wrong address. `profile: haproxytech` believes everybody, as the controller does; the
    /// finding stays a warning, and a list is no protection then.
    ///
    /// `ingressc/accept-proxy: "true"` on a Service means the proxies of `trustedProxies`. Where there are none, it believes
    /// everybody who connects to the exposed port; beside a list that decides who may connect, that is told. Write the addresses
    /// of the proxies instead of `true`.
    ///
    /// The PROXY protocol is believed from the addresses in `proxy-protocol`. One of `0.0.0.0/0` or `::/0` believes all that can
    /// connect. List the addresses of the load balancers, unless a firewall lets nobody else connect.
    ///
    /// It makes every list of addresses worthless, so only the configuration mutes it.
    CLIENT_IP_UNTRUSTED = 510 {
        name: "client-ip-untrusted",
        summary: "the client's address is taken from a header that anybody can send",
        severity: Warning,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [
            "kubernetes/ingress-nginx#4305",
            "kubernetes/ingress-nginx#4621",
            "kubernetes/ingress-nginx#14177",
            "kubernetes/ingress-nginx#11319",
        ],
        check: Check::Stage,
    }
}
