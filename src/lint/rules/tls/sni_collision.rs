use crate::lint::rule::rule;

rule! {
    /// Two Secrets are bound to the same host. A TLS client asks for a name and gets one certificate, so one of the two is
    /// never used. Here it is the first by namespace and name of the Ingress that is served; elsewhere it may depend on file
    /// order. Whoever renews the other one wonders why clients still see the old certificate.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: second-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBLjCB1qADAgECAgUAxaC7czAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARzaG9w
    ///     MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwEc2hv
    ///     cDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMW7R91rSGlTrynrjxZEdNvpZO79
    ///     pfuWgnTUyMEqH32Ea+Ne3ji3LmZEksL0EaYMPIkVi6yapfOn2kvJx40XT4CjHzAd
    ///     MBsGA1UdEQQUMBKCEHNob3AuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDRwAwRAIg
    ///     GD0ovQMnfgelFQIHMZZqm1wfULGXv6hvgIKg6Y7P6NwCIC7FmzTh73l51ONEk/O2
    ///     rY/s5m9SGtjPBAfIiflIqIv/
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4eiX/cn+uI5xbW2/
    ///     ijvTauKura4B5iV24AsMLeFNmjihRANCAATFu0fda0hpU68p648WRHTb6WTu/aX7
    ///     loJ01MjBKh99hGvjXt44ty5mRJLC9BGmDDyJFYusmqXzp9pLyceNF0+A
    ///     -----END PRIVATE KEY-----
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: api, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: second-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /api, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: api, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /api, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// Bind the host to one Secret. In several namespaces, copy the Secret or use a wildcard certificate as
    /// `certificates.default`. Copies of one certificate under several names are no collision.
    ///
    /// With several clusters (`clusters:` in `ingressc.yaml`), each cluster's issuer may have made a certificate of its own for
    /// one host. All are good, so this is only told as an info: the one of the first cluster by name that is no backup is
    /// served, for every cluster's routes.
    SNI_COLLISION = 408 {
        name: "sni-collision",
        summary: "two Secrets claim one name",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "haproxytech/kubernetes-ingress#846",
            "kubernetes/ingress-nginx#4926",
            "kubernetes/ingress-nginx#8083",
            "kubernetes/ingress-nginx#8063",
            "projectcontour/contour#3460",
        ],
        check: Check::Stage,
    }
}
