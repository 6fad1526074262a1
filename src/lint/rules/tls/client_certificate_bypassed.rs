use crate::lint::rule::rule;

rule! {
    /// Clients have to show a certificate when they come over TLS, and the same routes answer plain requests, where nobody can
    /// be asked for one. Whoever leaves the `s` of `https` out is let in.
    ///
    /// ```yaml bad ingressc.yaml
    /// version: 1
    /// configMap: haproxy/haproxy
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy, namespace: haproxy}
    /// data:
    ///   client-ca: haproxy/client-ca
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: client-ca, namespace: haproxy}
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
    /// ---
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
    /// ```yaml good ingressc.yaml
    /// version: 1
    /// configMap: haproxy/haproxy
    /// ```
    ///
    /// ```yaml good
    /// # Plain requests are sent to https.
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy, namespace: haproxy}
    /// data:
    ///   client-ca: haproxy/client-ca
    ///   ssl-redirect: "true"
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: client-ca, namespace: haproxy}
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
    /// ---
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
    /// A redirect answers before the servers are reached. Without plain HTTP at all, `listen: {http: []}` in `ingressc.yaml`
    /// does the same. The rule is not told where certificates are optional (`client-crt-optional`), and not for routes that are
    /// closed or redirected.
    CLIENT_CERTIFICATE_BYPASSED = 419 {
        name: "client-certificate-bypassed",
        summary: "clients are to show certificates, and the same routes answer in clear",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
