use crate::lint::rule::rule;

rule! {
    /// Servers are spoken to over TLS, and nobody asks who they are. Whoever only listens on the way learns nothing. Whoever
    /// can answer in the server's place, with any certificate, gets the requests with all their cookies and passwords.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/server-ssl: "true"}
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
    ///     haproxy.org/server-ssl: "true"
    ///     haproxy.org/server-ca: shop/server-ca
    /// spec:
    ///   ingressClassName: haproxy
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
    /// Name the authority that has signed the servers' certificates: a Secret with the key `ca.crt`. The certificates have to
    /// be for the name of the Service, `NAME.NAMESPACE.svc`, or for the external name of a Service of type ExternalName.
    ///
    /// On a network where nobody else can answer, such as one that is encrypted and authenticated by itself, the rule may be
    /// switched off.
    BACKEND_TLS_NO_VERIFY = 415 {
        name: "backend-tls-no-verify",
        summary: "servers are spoken to over TLS and never asked who they are",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["istio IST0128", "istio IST0129"],
        check: Check::Stage,
    }
}
