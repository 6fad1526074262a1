//! What checks of routes ask the model.

use crate::ir::{Claim, Field, Host, HostPattern, PathRule, Policy, Routing, Setting, Target};
use crate::simulate::{Request, Scheme};

/// All rules with the host that they are for; `None`: hosts that no rule names.
pub(super) fn rules(routing: &Routing) -> impl Iterator<Item = (Option<&Host>, &PathRule)> {
    let named = routing.hosts.iter();
    let named = named.flat_map(|host| host.rules.iter().map(move |rule| (Some(host), rule)));
    named.chain(routing.any_host.iter().map(|rule| (None, rule)))
}

/// What annotations decide for a claim.
pub(super) fn policy<'r>(routing: &'r Routing, claim: &Claim) -> Option<&'r Policy> {
    let Target::Backend(name) = &claim.target else {
        return None;
    };
    let policy = routing.backends.get(name)?.policy.as_ref()?;
    Some(&routing.policies.get(policy)?.policy)
}

/// Where a setting of a claim is written.
pub(super) fn setting(claim: &Claim, field: Field) -> Option<&Setting> {
    let mut settings = claim.settings.as_deref()?.iter();
    settings.find(|setting| setting.field == field)
}

/// A name that a pattern means.
pub(super) fn example(pattern: &HostPattern) -> String {
    if pattern.is_wildcard() {
        format!("any.{}", pattern.name())
    } else {
        pattern.name().to_owned()
    }
}

/// The request of a client that follows a redirect, if this host answers it: another port than the usual ones and those of our
/// listeners is somebody else's.
pub(super) fn follow(routing: &Routing, location: &str) -> Option<Request> {
    let request = Request::parse(location).ok()?;
    let (usual, bound) = match request.scheme {
        Scheme::Http => (80, &routing.listeners.http),
        Scheme::Https => (443, &routing.listeners.https),
    };
    let is_ours = |port: u16| port == usual || bound.iter().any(|bind| bind.port() == port);
    port(&request).is_none_or(is_ours).then_some(request)
}

/// The port that the `Host` header names.
pub(super) fn port(request: &Request) -> Option<u16> {
    let (_, port) = request.host.as_deref()?.rsplit_once(':')?;
    port.parse().ok()
}
