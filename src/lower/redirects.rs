//! Hosts whose plain requests are sent to https, where no certificate answers.
//!
//! In: the routing of all clusters. Out: findings. A browser that is sent there sees an error, and nobody sees the page.

use std::collections::HashSet;

use crate::finding::{Code, Finding};
use crate::ir::{Claim, Field, HostPattern, PathRule, Routing, Target};

/// Says which hosts lead nowhere. Where this host does not listen for https, the redirect leads to somebody else.
pub(crate) fn without_certificate(routing: &Routing) -> Vec<Finding> {
    let redirects = |claim: &Claim| {
        let Target::Backend(name) = &claim.target else {
            return false;
        };
        let backend = routing.backends.get(name);
        let policy = backend.and_then(|backend| backend.policy.as_ref());
        let section = policy.and_then(|policy| routing.policies.get(policy));
        section.is_some_and(|section| section.policy.redirect.https.is_some())
    };
    let any = routing.policies.values();
    let any = any.into_iter().any(|it| it.policy.redirect.https.is_some());
    let certificates = &routing.certificates;
    if !any || routing.listeners.https.is_empty() || certificates.default.is_some() {
        return Vec::new();
    }
    let files = certificates.files.values();
    let covered: HashSet<&HostPattern> = files
        .flat_map(|certificate| &certificate.names)
        .map(|name| &name.value)
        .collect();
    let wildcard = |name: &str| HostPattern::new(&format!("*.{name}")).ok();
    let is_covered = |host: &HostPattern| {
        let parent = host.name().split_once('.').filter(|_| !host.is_wildcard());
        let parent = parent.and_then(|(_, rest)| wildcard(rest));
        covered.contains(host) || parent.is_some_and(|parent| covered.contains(&parent))
    };
    let bare = routing
        .hosts
        .iter()
        .filter(|host| !is_covered(&host.pattern));
    let named = bare.flat_map(|host| {
        let rules = host.rules.iter();
        rules.map(|rule| (format!("`{}`", host.pattern), rule))
    });
    // A name that is covered may reach rules without a host.
    let hostless = routing.any_host.iter().filter(|_| covered.is_empty());
    let hostless = hostless.map(|rule| ("every host".to_owned(), rule));
    let mut told = HashSet::new();
    let mut findings = Vec::new();
    for (host, PathRule { claim, .. }) in named.chain(hostless) {
        if redirects(claim) && told.insert((host.clone(), &claim.ingress)) {
            findings.push(finding(&host, claim));
        }
    }
    findings
}

fn finding(host: &str, claim: &Claim) -> Finding {
    let settings = claim.settings.iter().flat_map(|settings| settings.iter());
    let mut redirects = settings.filter(|setting| setting.field == Field::HttpsRedirect);
    let finding = Finding::new(
        Code::REDIRECT_WITHOUT_TLS,
        format!(
            "Ingress {} sends plain requests for {host} to https, and no certificate answers there",
            claim.ingress
        ),
    )
    .object(format_args!("Ingress {}", claim.ingress))
    .help("name the host in `spec.tls` with a Secret that covers it");
    match redirects.next() {
        Some(setting) => finding
            .at(setting.value.origin)
            .label(claim.origin, "this rule"),
        None => finding.at(claim.origin),
    }
}
