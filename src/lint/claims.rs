//! What the routing says, one claim after the other.

use crate::ir::{Claim, Condition, HostPattern, PathRule, Policy, Routing, Target};
use crate::source::Sourced;

/// All claims that may answer a request, with the host of their rule: `None` for rules without one, and for the default.
pub(super) fn claims(routing: &Routing) -> impl Iterator<Item = (Option<&HostPattern>, &Claim)> {
    let named = routing.hosts.iter().flat_map(|host| {
        let claims = host.rules.iter().flat_map(of_rule);
        claims.map(|claim| (Some(&host.pattern), claim))
    });
    let hostless = routing.any_host.iter().flat_map(of_rule);
    let others = hostless.chain(&routing.default);
    named.chain(others.map(|claim| (None, claim)))
}

/// All conditions of routes.
pub(super) fn conditions(routing: &Routing) -> impl Iterator<Item = &Sourced<Condition>> {
    let named = routing.hosts.iter().flat_map(|host| &host.rules);
    let alternatives = named.chain(&routing.any_host);
    alternatives.flat_map(|rule| rule.alternatives.iter().map(|it| &it.condition))
}

fn of_rule(rule: &PathRule) -> impl Iterator<Item = &Claim> {
    let alternatives = rule.alternatives.iter().map(|it| &it.claim);
    alternatives.chain([&rule.claim])
}

/// What annotations decide for a claim that leads to servers.
pub(super) fn policy<'r>(routing: &'r Routing, claim: &Claim) -> Option<&'r Policy> {
    let Target::Backend(name) = &claim.target else {
        return None;
    };
    let policy = routing.backends.get(name)?.policy.as_ref()?;
    Some(&routing.policies.get(policy)?.policy)
}
