use crate::lint::rule::rule;

rule! {
    /// Clients are to show a certificate, and the authority that it has to be of is not there: the Secret that `client-ca`
    /// names is missing, or holds no certificate. Then nobody can tell a good client from a bad one.
    ///
    /// ```yaml bad ingressc.yaml
    /// version: 1
    /// configMap: haproxy/haproxy
    /// ```
    ///
    /// ```yaml bad
    /// # No Secret of that name is among the manifests.
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy, namespace: haproxy}
    /// data:
    ///   client-ca: haproxy/client-ca
    ///   ssl-redirect: "true"
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
    /// Every route is closed (503), also with `--keep-going`. The haproxytech controller writes a line into its log and lets
    /// everybody in. Add the Secret with the key `ca.crt`, or name a file on HAProxy's host in `certificates.map`.
    ///
    /// `ingressc/client-ca` of a Service asks the clients of its exposed ports. There, too, nobody may connect when its Secret
    /// is missing; other ports are not touched.
    MTLS_CA_MISSING = 417 {
        name: "mtls-ca-missing",
        summary: "clients are to show certificates, and the authority is missing",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#603"],
        check: Check::Stage,
    }
}
