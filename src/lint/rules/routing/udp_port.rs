use crate::lint::rule::rule;

rule! {
    /// A port that speaks UDP or SCTP is to be exposed. HAProxy hands TCP connections through, and nothing else: no setting and no
    /// version of it changes that. The port is not bound.
    ///
    /// ```text bad ports.lock
    /// shop/web:80: 26000
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "80, dns"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}, {name: dns, port: 53, protocol: UDP}]
    /// ```
    ///
    /// ```text good ports.lock
    /// shop/web:80: 26000
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "80"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}, {name: dns, port: 53, protocol: UDP}]
    /// ```
    ///
    /// It is an error where nothing of the wish is left: a UDP port that is named, or a Service that has no other. Where all ports of
    /// a Service are to be exposed and some speak TCP, these are, and a warning lists the others: their clients would find nobody.
    ///
    /// For UDP there are Services of type LoadBalancer or NodePort, or a small proxy beside HAProxy. Syslog is an exception: a
    /// section `log-forward` takes it over UDP and hands it on; write it into a file that `include.sections` names.
    UDP_PORT = 336 {
        name: "udp-port",
        summary: "a UDP or SCTP port is to be exposed, which HAProxy cannot",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
