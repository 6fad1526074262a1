//! Hosts whose plain requests are sent to https, where no certificate answers, or to a port where nothing listens.
//!
//! In: the routing of all clusters. Out: findings. A browser that is sent there sees an error, and nobody sees the page.

use std::collections::HashSet;

use crate::finding::{Code, Finding, Severity};
use crate::ir::policy::HttpsRedirect;
use crate::ir::{BindAddress, Claim, Field, HostPattern, PathRule, Port, Routing, Target};
use crate::manifest::Manifests;
use crate::source::Origin;

/// Says which hosts lead nowhere. Where this host does not listen for https, the redirect leads to somebody else. A host that the
/// Ingress itself has a Secret for is not told: what is wrong with that Secret has a finding of its own.
pub(crate) fn without_certificate<'m>(
    routing: &Routing,
    manifests: impl IntoIterator<Item = &'m Manifests>,
) -> Vec<Finding> {
    let redirects = |claim: &Claim| redirect(routing, claim).is_some();
    let any = routing.policies.values();
    let any = any.into_iter().any(|it| it.policy.redirect.https.is_some());
    let certificates = &routing.certificates;
    if !any || routing.listeners.https.is_empty() || certificates.default.is_some() {
        return Vec::new();
    }
    let covered = certificates.covered();
    let bare = routing
        .hosts
        .iter()
        .filter(|host| !covered.has(&host.pattern));
    let named = bare.flat_map(|host| {
        let rules = host.rules.iter();
        rules.map(|rule| (format!("`{}`", host.pattern), Some(&host.pattern), rule))
    });
    // A name that is covered may reach rules without a host.
    let hostless = routing.any_host.iter().filter(|_| covered.is_empty());
    let hostless = hostless.map(|rule| ("every host".to_owned(), None, rule));
    let promised: HashSet<(String, HostPattern)> =
        manifests.into_iter().flat_map(promised).collect();
    let is_promised = |claim: &Claim, host: Option<&HostPattern>| {
        let patterns = host.map(|host| [Some(host.clone()), host.wildcard()]);
        let mut patterns = patterns.into_iter().flatten().flatten();
        patterns.any(|pattern| promised.contains(&(claim.ingress.clone(), pattern)))
    };
    let mut told = HashSet::new();
    let mut findings = Vec::new();
    for (host, pattern, PathRule { claim, .. }) in named.chain(hostless) {
        if redirects(claim)
            && !is_promised(claim, pattern)
            && told.insert((host.clone(), &claim.ingress))
        {
            findings.push(finding(&host, claim));
        }
    }
    findings
}

/// Ingresses, as claims call them, with the hosts that they name a Secret for.
fn promised(manifests: &Manifests) -> impl Iterator<Item = (String, HostPattern)> {
    manifests.ingresses.values().flat_map(|ingress| {
        let name = ingress.meta.name.to_string();
        let entries = ingress.tls.iter().filter(|it| it.secret_name.is_some());
        let hosts = entries.flat_map(|entry| &entry.hosts);
        hosts.filter_map(move |host| Some((name.clone(), HostPattern::new(&host.value).ok()?)))
    })
}

/// What becomes of plain requests for a claim; `None` where they are answered.
fn redirect<'r>(routing: &'r Routing, claim: &Claim) -> Option<&'r HttpsRedirect> {
    let Target::Backend(name) = &claim.target else {
        return None;
    };
    let policy = routing.backends.get(name)?.policy.as_ref()?;
    routing.policies.get(policy)?.policy.redirect.https.as_ref()
}

/// Says which ports redirects name although no listener is bound to them: once for each value that names one, and once for all
/// routes where the profile does. A redirect that names none means 443, which is what load balancers map.
pub(crate) fn without_listener(routing: &Routing) -> Vec<Finding> {
    let https = &routing.listeners.https;
    // Then somebody else answers https.
    if https.is_empty() {
        return Vec::new();
    }
    let rules = routing.hosts.iter().flat_map(|host| &host.rules);
    let claims = rules.chain(&routing.any_host).flat_map(|rule| {
        let alternatives = rule.alternatives.iter().map(|it| &it.claim);
        alternatives.chain([&rule.claim])
    });
    let mut told = HashSet::new();
    let mut findings = Vec::new();
    for claim in claims.chain(&routing.default) {
        let port = redirect(routing, claim).and_then(|redirect| redirect.port);
        let is_bound = |port: Port| https.iter().any(|address| address.port() == port.get());
        let Some(port) = port.filter(|port| !is_bound(*port)) else {
            continue;
        };
        let settings = claim.settings.as_deref().unwrap_or_default();
        let mut settings = settings.iter();
        let setting = settings.find(|setting| setting.field == Field::HttpsRedirectPort);
        let origin = setting.map(|setting| setting.value.origin);
        if told.insert(origin) {
            findings.push(unbound(port, origin, claim, https));
        }
    }
    findings
}

/// A load balancer may map a port that somebody wrote. The one that a profile implies, nobody may have thought of.
fn unbound(port: Port, origin: Option<Origin>, claim: &Claim, https: &[BindAddress]) -> Finding {
    let listens: Vec<String> = https.iter().map(|address| format!("`{address}`")).collect();
    let listens = listens.join(", ");
    let code = Code::DIALECT_DEFAULT_DIFFERS;
    match origin {
        Some(origin) => Finding::new(
            code,
            format!("`ssl-redirect-port` sends requests to port {port}, and `listen.https` is {listens}"),
        )
        .at(origin)
        .help("name the port that clients connect to, or add it to `listen.https`")
        .note("nothing has to change where a load balancer in front of HAProxy has that port"),
        None => Finding::new(
            code,
            format!("`profile: haproxytech` sends plain requests to port {port}, and `listen.https` is {listens}"),
        )
        .severity(Severity::Warning)
        .label(claim.origin, "a route that redirects")
        .help(format!("add `:{port}` to `listen.https`, or `ssl-redirect-port: \"443\"` to the ConfigMap"))
        .note("that controller listens on 8443 unless it is told otherwise, and redirects there"),
    }
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
