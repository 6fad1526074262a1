use crate::lint::rule::rule;

rule! {
    /// TLS is handed through to the servers, so nobody here reads requests, and a setting that is about requests does nothing:
    /// headers, paths, passwords, cookies, rate limits, conditions. What holds for connections works: address lists, limits and
    /// checks of servers.
    ///
    /// ```yaml bad
    /// # HAProxy sees no requests, so it counts none.
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/ssl-passthrough: "true"
    ///     haproxy.org/rate-limit-requests: "10"
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// # TLS is answered here, and encrypted again on the way to the servers.
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/rate-limit-requests: "10"
    ///     haproxy.org/ssl-redirect: "true"
    ///     haproxy.org/server-ssl: "true"
    ///     haproxy.org/server-ca: shop/server-ca
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: server-ca, namespace: shop}
    /// type: Opaque
    /// stringData:
    ///   ca.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBOjCB4KADAgECAgUA5TejOTAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9FeGFt
    ///     cGxlIENsaWVudHMwHhcNMjYwMTAxMDAwMDAwWhcNNDYwMTAxMDAwMDAwWjAaMRgw
    ///     FgYDVQQDDA9FeGFtcGxlIENsaWVudHMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
    ///     AAReTN+sLYHSWdx/OemVfzonihQO/kugER1IeQKnZ8rfxbVMdtY0iPLiVc8c5j92
    ///     Ot64r2ZkqrNxB/ERc2Qfcy0noxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
    ///     BAMCA0kAMEYCIQC8WjI5BPUzeyXT/1/DSqBpHTNB9F/bMIBHhQghzpa+0AIhAPaX
    ///     ZnT1TRR+meN2dIjc2sPjnUKWkW5FmbMxhHRNhzo3
    ///     -----END CERTIFICATE-----
    /// ```
    ///
    /// A setting that keeps somebody out is an error, and its routes are closed: without it, everybody would come in. That
    /// holds for the ConfigMap's, too, and for `client-ca`, which asks every client for a certificate; an empty value on the
    /// Ingress hides what the ConfigMap says. Raw lines that deny, reject or answer close them as well, at whichever place they
    /// stand: places of raw lines add up, and none of them is used for TLS that nobody reads. Other settings are left out with
    /// a warning, and those of the ConfigMap, which are there for all routes, in silence; only of what it wants to have logged
    /// there is a note.
    PASSTHROUGH_WITH_L7_ANNOTATION = 412 {
        name: "passthrough-with-l7-annotation",
        summary: "TLS is passed through, so an annotation about requests does nothing",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "kubernetes/ingress-nginx#5257",
            "jcmoraisjr/haproxy-ingress#767",
            "jcmoraisjr/haproxy-ingress#598",
            "haproxytech/kubernetes-ingress#340",
            "haproxytech/kubernetes-ingress#740",
        ],
        check: Check::Stage,
    }
}
