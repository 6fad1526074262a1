//! What the controller's ConfigMap says about TLS to clients, beside what the configuration says and what is there.

use super::Settings;
use super::certificates::DefaultCertificate;
use crate::finding::{Code, Finding};
use crate::ir::{Claim, Field, Global, Routing, Target};
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

/// What becomes of `client-ca` on connections without TLS: nobody can be asked there.
pub(super) fn in_clear(routing: &Routing) -> Option<Finding> {
    let clients = routing.global.client_tls.authority.as_ref()?;
    let origin = *routing.global.origins.get(&Field::ClientAuthority)?;
    if routing.listeners.https.is_empty() || !routing.certificates.offers_any() {
        let message = "`client-ca` of the ConfigMap asks nobody: no certificate answers TLS, so that all requests come in clear";
        return Some(
            Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
                .at(origin)
                .help("give the hosts certificates by `spec.tls`, or set `ssl-certificate`"),
        );
    }
    if clients.optional || routing.listeners.http.is_empty() {
        return None;
    }
    let rules = routing.hosts.iter().flat_map(|host| &host.rules);
    let claims = rules.chain(&routing.any_host).map(|rule| &rule.claim);
    let mut open = claims
        .chain(&routing.default)
        .filter(|claim| answers_in_clear(routing, claim));
    let first = open.next()?;
    let others = open.count();
    let more = if others > 0 {
        format!(" (and {others} more)")
    } else {
        String::new()
    };
    let message = format!(
        "`client-ca` of the ConfigMap asks over TLS only, and `{}` of Ingress {}{more} answers in clear, too",
        first.wording, first.ingress
    );
    Some(
        Finding::new(Code::CLIENT_CERTIFICATE_BYPASSED, message)
            .at(origin)
            .label(first.origin, "answers without a certificate")
            .help("set `ssl-redirect: \"true\"` in the ConfigMap, or `listen: {http: []}` in the configuration"),
    )
}

/// Whether plain requests reach the servers.
fn answers_in_clear(routing: &Routing, claim: &Claim) -> bool {
    let Target::Backend(name) = &claim.target else {
        return false;
    };
    let backend = routing.backends.get(name);
    let policy = backend.and_then(|backend| routing.policies.get(backend.policy.as_ref()?));
    policy.is_none_or(|section| section.policy.redirect.https.is_none())
}
