//! Where the wishes of an Ingress ended up in the model.

use std::collections::BTreeSet;

use crate::ir::{Alternative, Claim, Host, HostPattern, PathRule, Routing};
use crate::manifest::Ingress;

/// A claim in the model, and what it is there.
pub(super) struct Spot<'r> {
    pub(super) claim: &'r Claim,
    pub(super) place: Spotted<'r>,
}

/// What a claim is in the model.
pub(super) enum Spotted<'r> {
    /// It is of a rule for requests, below a host or for all others.
    Rule {
        host: Option<&'r Host>,
        rule: &'r PathRule,
        role: Role<'r>,
    },
    /// TLS for a name is handed through to it.
    Passthrough(&'r HostPattern),
    /// It answers when no rule does.
    Default,
}

/// What a claim is in a rule.
#[derive(Clone, Copy)]
pub(super) enum Role<'r> {
    /// It holds.
    Winner,
    /// It holds under a condition.
    Alternative(&'r Alternative),
    /// It lost to the one that holds, for this reason.
    Loser(&'r str),
}

/// All claims of these Ingresses, in the order of the model.
pub(super) fn spots<'r, 'm>(
    routing: &'r Routing,
    ingresses: impl Iterator<Item = &'m Ingress>,
) -> Vec<Spot<'r>> {
    let names: BTreeSet<String> = ingresses.map(|it| it.meta.name.to_string()).collect();
    let mut spots = Vec::new();
    let hosts = routing.hosts.iter().map(|host| (Some(host), &host.rules));
    for (host, rules) in hosts.chain([(None, &routing.any_host)]) {
        for rule in rules {
            let winner = [(&rule.claim, Role::Winner)];
            let alternatives = rule.alternatives.iter();
            let alternatives = alternatives.map(|it| (&it.claim, Role::Alternative(it)));
            let losers = rule.losers.iter();
            let losers = losers.map(|(claim, reason)| (claim, Role::Loser(reason)));
            let all = winner.into_iter().chain(alternatives).chain(losers);
            let own = all.filter(|(claim, _)| names.contains(&claim.ingress));
            spots.extend(own.map(|(claim, role)| Spot {
                claim,
                place: Spotted::Rule { host, rule, role },
            }));
        }
    }
    let through = routing.passthrough.iter();
    let through = through.filter(|(_, claim)| names.contains(&claim.ingress));
    spots.extend(through.map(|(host, claim)| Spot {
        claim,
        place: Spotted::Passthrough(host),
    }));
    let default = routing.default.iter();
    let default = default.filter(|claim| names.contains(&claim.ingress));
    spots.extend(default.map(|claim| Spot {
        claim,
        place: Spotted::Default,
    }));
    spots
}
