//! What the routing says, one claim after the other.

use super::routes::rules;
use crate::ir::{Claim, Condition, HostPattern, Routing};
use crate::source::Sourced;

/// All claims that may answer a request, with the host of their rule: `None` for rules without one, and for the default.
pub(super) fn claims(routing: &Routing) -> impl Iterator<Item = (Option<&HostPattern>, &Claim)> {
    let ruled = rules(routing).flat_map(|(host, rule)| {
        let alternatives = rule.alternatives.iter().map(|it| &it.claim);
        let claims = alternatives.chain([&rule.claim]);
        claims.map(move |claim| (host.map(|host| &host.pattern), claim))
    });
    ruled.chain(routing.default.iter().map(|claim| (None, claim)))
}

/// All conditions of routes.
pub(super) fn conditions(routing: &Routing) -> impl Iterator<Item = &Sourced<Condition>> {
    let alternatives = rules(routing).flat_map(|(_, rule)| &rule.alternatives);
    alternatives.map(|alternative| &alternative.condition)
}
