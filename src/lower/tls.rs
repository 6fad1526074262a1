//! What the controller's ConfigMap says about TLS to clients, beside what the configuration says and what is there.

use super::Settings;
use super::certificates::DefaultCertificate;
use crate::finding::{Code, Finding};
use crate::ir::{Field, Global, Routing, Target};
use crate::manifest::ObjectName;

/// The certificate for names that no other covers: the configuration's, or else the ConfigMap's.
pub(super) fn default_certificate(
    settings: &Settings,
    global: &Global,
    findings: &mut Vec<Finding>,
) -> Option<DefaultCertificate> {
    let origin = global.origins.get(&Field::DefaultCertificate).copied();
    let asked = global.client_tls.certificate.as_ref();
    let asked = asked.map(|secret| ObjectName::new(&secret.namespace, &secret.name));
    let Some(name) = settings.default_certificate.clone() else {
        return asked.map(|name| DefaultCertificate { name, origin });
    };
    if let (Some(asked), Some(origin)) = (asked.filter(|asked| *asked != name), origin) {
        let message = format!(
            "`ssl-certificate` of the ConfigMap names Secret {asked}, and `certificates.default` of the configuration Secret {name}, which counts"
        );
        findings.push(
            Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
                .at(origin)
                .help("remove one of the two"),
        );
    }
    Some(DefaultCertificate { name, origin: None })
}

/// Hosts whose TLS is handed through, where clients have to show a certificate: nobody here could ask them for it, so they are closed.
pub(super) fn unasked(routing: &mut Routing) -> Vec<Finding> {
    let origin = routing.global.origins.get(&Field::ClientAuthority).copied();
    let authority = routing.global.client_tls.authority.as_ref();
    let (Some(origin), Some(false)) = (origin, authority.map(|authority| authority.optional))
    else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (host, claim) in &mut routing.passthrough {
        claim.target = Target::Closed;
        let message = format!(
            "TLS for host `{host}` of Ingress {} is handed through, so nobody here asks clients for the certificate that `client-ca` wants",
            claim.ingress
        );
        findings.push(
            Finding::new(Code::PASSTHROUGH_WITH_L7_ANNOTATION, message)
                .object(format_args!("Ingress {}", claim.ingress))
                .label(claim.origin, "this host is closed")
                .label(origin, "clients have to show a certificate")
                .help("answer TLS for the host here, without `ssl-passthrough`"),
        );
    }
    findings
}

/// Settings that protect TLS connections, where nobody can have one.
pub(super) fn without_effect(routing: &Routing) -> Option<Finding> {
    let tls = &routing.global.client_tls;
    tls.authority.as_ref()?;
    let origin = routing.global.origins.get(&Field::ClientAuthority)?;
    if !routing.listeners.https.is_empty() && routing.certificates.offers_any() {
        return None;
    }
    let message = "`client-ca` of the ConfigMap asks nobody: no certificate answers TLS, so that all requests come in clear";
    Some(
        Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
            .at(*origin)
            .help("give the hosts certificates by `spec.tls`, or set `ssl-certificate`"),
    )
}
