//! TLS that annotations of a Service want to be answered on its ports, where an Ingress leads connections to it.
//!
//! A port answers TLS in one way. Without TLS entries it is that of the Services, if all of them want the same; a Service that does not
//! get what it asks for gets no connections.

use super::Asker;
use super::routes::{Claim, Claims};
use crate::finding::{Code, Finding, Severity};
use crate::ir::global::ClientAuthority;
use crate::ir::{Target, Termination};

/// How TLS is answered where no Ingress has a TLS entry. Closes Services that want it in another way.
pub(super) fn of_services(
    askers: &[Asker<'_>],
    claims: &mut Claims,
    findings: &mut Vec<Finding>,
) -> Option<Termination> {
    let wanted: Vec<Option<&Termination>> = claims
        .named
        .values()
        .chain(&claims.default)
        .filter(|claim| claim.target != Target::Closed)
        .map(|claim| claim.tls.as_ref())
        .collect();
    let (first, others) = wanted.split_first()?;
    let is_same = |other: Option<&Termination>| match (*first, other) {
        (Some(first), Some(other)) => same(first, other),
        (first, other) => first.is_none() && other.is_none(),
    };
    if others.iter().copied().all(is_same) {
        return first.cloned();
    }
    for claim in all(claims) {
        if claim.tls.is_some() {
            close(askers, claim, findings);
        }
    }
    None
}

/// Closes Services that ask clients for other certificates than the port does, which has TLS entries.
pub(super) fn beside_entries(
    askers: &[Asker<'_>],
    clients: Option<&ClientAuthority>,
    claims: &mut Claims,
    findings: &mut Vec<Finding>,
) {
    for claim in all(claims) {
        let wanted = claim.tls.as_ref().and_then(|tls| tls.clients.as_ref());
        if wanted.is_some() && wanted != clients {
            close(askers, claim, findings);
        }
    }
}

fn all(claims: &mut Claims) -> impl Iterator<Item = &mut Claim> {
    claims.named.values_mut().chain(&mut claims.default)
}

fn same(one: &Termination, other: &Termination) -> bool {
    let parts = |tls: &Termination| {
        let clients = tls.clients.clone();
        (tls.certificates.clone(), clients, tls.alpn.clone())
    };
    parts(one) == parts(other)
}

fn close(askers: &[Asker<'_>], claim: &mut Claim, findings: &mut Vec<Finding>) {
    if claim.target == Target::Closed {
        return;
    }
    claim.target = Target::Closed;
    let (Some(asker), Some(tls)) = (askers.get(claim.asker), &claim.tls) else {
        return;
    };
    let name = &asker.ingress.meta.name;
    let message = format!(
        "a Service to which Ingress {name} leads wants TLS to be answered in another way than port {} does",
        asker.port.value
    );
    findings.push(
        Finding::new(Code::BACKEND_ANNOTATION_CONFLICT, message)
            .severity(Severity::Error)
            .object(format_args!("Ingress {name}"))
            .field("spec.rules")
            .at(claim.origin)
            .label(tls.origin, "what the Service wants")
            .help("say it in `spec.tls` and `auth-tls-secret` of the Ingress, or give the Service a port of its own")
            .note("nobody may connect to the Service through this port"),
    );
}
