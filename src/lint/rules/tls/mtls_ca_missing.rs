use crate::lint::rule::rule;

rule! {
    /// Clients are to show a certificate, and the authority that it has to be of is not there: the Secret that `client-ca` names is missing, or holds no
    /// certificate. Then nobody can tell a good client from a bad one.
    ///
    /// ```yaml
    /// # bad: the ConfigMap names a Secret that is not among the manifests
    /// data: {client-ca: haproxy/client-ca}
    /// ```
    ///
    /// ```yaml
    /// # good: the Secret is there, too
    /// kind: Secret
    /// metadata: {name: client-ca, namespace: haproxy}
    /// stringData: {ca.crt: "-----BEGIN CERTIFICATE----- ..."}
    /// ```
    ///
    /// Every route is closed (503), also with `--keep-going`. The haproxytech controller writes a line into its log and lets everybody in. Add the
    /// Secret with the key `ca.crt`, or name a file on HAProxy's host in `certificates.map`.
    ///
    /// `ingressc/client-ca` of a Service asks the clients of its exposed ports. There, too, nobody may connect when its Secret is missing; other ports
    /// are not touched.
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
