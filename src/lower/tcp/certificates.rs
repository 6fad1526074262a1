//! Listeners that are to answer TLS with the certificates of the HTTPS listener, where there are none.

use crate::finding::{Code, Finding};
use crate::ir::Routing;

/// Takes the places of those that have no certificate to show: HAProxy would not start. Asked when all clusters are known, and the
/// ports are allocated, so that a port waits for its certificate.
pub(crate) fn unanswered(routing: &mut Routing) -> Vec<Finding> {
    if routing.certificates.offers_any() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for listener in &mut routing.tcp {
        if !listener.shares_certificates() || !listener.is_bound() {
            continue;
        }
        let ports: Vec<String> = listener.binds.iter().map(ToString::to_string).collect();
        listener.binds.clear();
        let message = format!(
            "{} wants TLS to be answered on `{}`, and there is no certificate",
            listener.owner,
            ports.join("`, `")
        );
        let origin = listener.tls.as_ref().map(|tls| tls.origin);
        findings.push(
            Finding::new(Code::TLS_PORT_WITHOUT_CERTIFICATE, message)
                .object(&listener.owner)
                .at(origin.unwrap_or(listener.origin))
                .note("the port is not opened: in clear it must not be")
                .help("name a certificate there, or set `certificates.default` in ingressc.yaml"),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::example;
    use crate::ir::{
        BindAddress, FileStem, Port, Target, TcpCertificates, TcpListener, Termination, Wanted,
    };

    /// Two listeners: one with the certificates of HTTPS, one that answers no TLS.
    fn routing() -> Routing {
        let origin = example::origin(1);
        let listener = |port| {
            let owner = format!("TCP ssh/{port}");
            let mut listener = TcpListener::new(owner, Wanted::Pool, Target::Closed, origin);
            listener.binds = vec![BindAddress::Any(Port::new(port).expect("not 0"))];
            listener
        };
        let mut shared = listener(443);
        shared.tls = Some(Termination {
            certificates: TcpCertificates::Shared,
            clients: None,
            alpn: Vec::new(),
            origin: example::origin(2),
        });
        Routing {
            tcp: vec![shared, listener(22)],
            ..Routing::default()
        }
    }

    #[test]
    fn a_port_that_has_no_certificate_is_not_opened() {
        let mut routing = routing();
        let findings = unanswered(&mut routing);
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::TLS_PORT_WITHOUT_CERTIFICATE]);
        assert_eq!(findings[0].origin(), Some(example::origin(2)));
        let bound: Vec<_> = routing.tcp.iter().map(TcpListener::is_bound).collect();
        assert_eq!(bound, [false, true]);
    }

    #[test]
    fn a_port_with_a_certificate_is_left_alone() {
        let mut routing = routing();
        let stem = FileStem::new("shop_tls").expect("legal");
        let certificate = example::certificate(&[]);
        routing.certificates.files.insert(stem.clone(), certificate);
        routing.certificates.default = Some(stem);
        assert!(unanswered(&mut routing).is_empty());
        assert!(routing.tcp.iter().all(TcpListener::is_bound));
    }
}
