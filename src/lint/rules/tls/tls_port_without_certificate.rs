use crate::lint::rule::rule;

rule! {
    /// A port of a TCP service is to answer TLS, and there is no certificate to answer with: it names none of its own, no
    /// Ingress has one, and there is no default.
    ///
    /// ```yaml bad
    /// # A TCP resource of haproxytech.
    /// apiVersion: ingress.v3.haproxy.org/v3
    /// kind: TCP
    /// metadata: {name: orders, namespace: shop, annotations: {ingress.class: haproxy}}
    /// spec:
    /// - name: orders
    ///   frontend:
    ///     name: orders
    ///     binds:
    ///       v4: {port: 26000, ssl: true}
    ///   service: {name: web, port: 80}
    /// ```
    ///
    /// ```yaml good
    /// # A Secret of the resource's namespace.
    /// apiVersion: ingress.v3.haproxy.org/v3
    /// kind: TCP
    /// metadata: {name: orders, namespace: shop, annotations: {ingress.class: haproxy}}
    /// spec:
    /// - name: orders
    ///   frontend:
    ///     name: orders
    ///     binds:
    ///       v4: {port: 26000, ssl: true, ssl_certificate: shop-tls}
    ///   service: {name: web, port: 80}
    /// ```
    ///
    /// The other kinds of TCP services name a certificate elsewhere:
    ///
    /// ```yaml
    /// # ingressc.yaml: for the ports of a ConfigMap, a certificate for all that have none
    /// certificates:
    ///   default: haproxy/default-tls
    /// ```
    ///
    /// ```yaml
    /// # an exposed Service with a certificate of its own
    /// metadata:
    ///   annotations:
    ///     ingressc/expose: "true"
    ///     ingressc/tls-secret: orders-tls
    /// ```
    ///
    /// The port is not opened, also with `--keep-going`: who wants TLS must not get an answer in clear, and HAProxy does not
    /// start with a TLS port that has no certificate. A port from the pool is kept for the Service in the lock. Others are not
    /// touched.
    TLS_PORT_WITHOUT_CERTIFICATE = 420 {
        name: "tls-port-without-certificate",
        summary: "a TCP port is to answer TLS, and has no certificate",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
