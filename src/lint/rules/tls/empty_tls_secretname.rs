use crate::lint::rule::rule;

rule! {
    /// The entry of `tls` names no Secret. Here this means the default certificate, which is `certificates.default` in ingressc.yaml; where there is
    /// none, handshakes for these hosts are refused. Other controllers use a certificate of their own, or pass TLS through.
    ///
    /// Name a Secret, or set the default certificate.
    EMPTY_TLS_SECRETNAME = 410 {
        name: "empty-tls-secretname",
        summary: "a TLS entry without a Secret",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["haproxytech/kubernetes-ingress#313", "nginx/kubernetes-ingress#496"],
        check: Check::Stage,
    }
}
