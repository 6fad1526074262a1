//! Many claims into one answer for each host and path.
//!
//! In: [`Claims`] in order of precedence. Out: a [`Routing`] with hosts, paths and the default, and findings about conflicts.
//! The API arbitrates nothing; here the first by (namespace, name, rule, path) holds, and every loser is kept with the reason.

mod guarded;
mod losers;

use std::collections::BTreeMap;
use std::iter::Peekable;

use rayon::slice::ParallelSliceMut as _;

pub(super) use self::guarded::let_past;
use self::guarded::{beside_passthrough, passed_by};
use self::losers::{judge, reason, twins};
use super::class::Classes;
use super::host_id::host_ids;
use super::overlap;
use super::rules::{Claims, Wish};
use super::spelling;
use crate::finding::Finding;
use crate::ir::{Alternative, Claim, Host, HostPattern, PathRule, Routing, Target};

/// Arbitrates.
pub(super) fn merge(mut claims: Claims<'_>, classes: Classes<'_>) -> (Routing, Vec<Finding>) {
    let mut findings = Vec::new();
    // Stable: within one host, path and strength the order of the manifests stays.
    claims
        .wishes
        .par_sort_by(|a, b| (&a.host, &a.path, a.strength).cmp(&(&b.host, &b.path, b.strength)));
    let mut spellings = spelling::Told::default();
    for rules in claims.wishes.chunk_by(|a, b| a.host == b.host) {
        overlap::within_host(rules, classes, &mut findings);
        spellings.within_host(rules);
    }
    findings.extend(spellings.finish());
    overlap::between_hosts(&claims, &mut findings);

    let mut by_host: BTreeMap<Option<HostPattern>, Vec<PathRule>> = claims
        .hosts
        .into_keys()
        .map(|host| (Some(host), Vec::new()))
        .collect();
    let mut passthrough = BTreeMap::new();
    let mut wishes = claims.wishes.into_iter().peekable();
    while let Some(first) = wishes.peek() {
        let host = first.host.clone();
        let mut rules = Vec::new();
        while let Some(winner) = wishes.next_if(|wish| wish.host == host) {
            let Contest {
                rule,
                passthrough: tls,
            } = arbitrate(winner, classes, &mut wishes, &mut findings);
            rules.push(rule);
            if let (Some(host), Some(claim)) = (&host, tls) {
                passthrough.insert(host.clone(), claim);
            }
        }
        if let Some(host) = &host
            && let Some(claim) = passthrough.get_mut(host)
        {
            beside_passthrough(host, claim, &rules, &mut findings);
        }
        // Most have one or two, and a list has room for four.
        rules.shrink_to_fit();
        by_host.insert(host, rules);
    }
    let default = default_backend(&claims.catch_alls, classes, &mut findings);
    let any_host = by_host.remove(&None).unwrap_or_default();
    let ids = host_ids(by_host.keys().flatten());
    let hosts = by_host
        .into_iter()
        .filter_map(|(pattern, rules)| Some((pattern?, rules)))
        .zip(ids)
        .map(|((pattern, rules), id)| Host { pattern, id, rules })
        .collect();
    let routing = Routing {
        hosts,
        any_host,
        passthrough,
        default,
        ..Routing::default()
    };
    (routing, findings)
}

/// The claims for one host and path: the first one without a condition holds, and those with one are its alternatives.
struct Contest {
    rule: PathRule,
    /// Who gets TLS that is handed through.
    passthrough: Option<Claim>,
}

/// What comes first holds; what follows for the same host and path loses to it.
fn arbitrate<'m>(
    first: Wish<'m>,
    classes: Classes<'_>,
    wishes: &mut Peekable<impl Iterator<Item = Wish<'m>>>,
    findings: &mut Vec<Finding>,
) -> Contest {
    let (mut winner, mut conditional, mut losers) = (None, Vec::new(), Vec::new());
    let (host, path) = (first.host.clone(), first.path.clone());
    let mut next = Some(first);
    let mut unguarded = false;
    while let Some(wish) = next {
        match &winner {
            _ if wish.condition.is_some() => conditional.push(wish),
            None => winner = Some(wish),
            Some(winner) => {
                let reason = reason(winner, &wish);
                let finding = passed_by(winner, &wish);
                unguarded |= finding.is_some();
                let finding = finding.or_else(|| judge(winner, &wish));
                let tell = |finding| classes.tell(finding, wish.ingress, winner.ingress);
                findings.extend(finding.map(tell));
                losers.push((wish.claim, reason));
            }
        }
        next = wishes.next_if(|wish| wish.host == host && wish.path == path);
    }
    findings.extend(twins(&conditional, classes));
    if let Some(winner) = winner.as_mut().filter(|_| unguarded) {
        winner.claim.target = Target::Closed;
        winner.passthrough = winner.passthrough.is_some().then_some(Target::Closed);
        conditional.clear();
    }
    let (claim, passthrough) = match winner {
        Some(Wish {
            claim, passthrough, ..
        }) => (Some(claim), passthrough),
        None => (None, None),
    };
    let next = || {
        let first: Option<&Wish<'_>> = conditional.first();
        first.map(|wish| Claim {
            target: Target::Next,
            settings: None,
            ..wish.claim.clone()
        })
    };
    let claim = claim.or_else(next).expect("a first wish is either");
    let passthrough = passthrough.map(|target| Claim {
        target,
        ..claim.clone()
    });
    let alternatives = conditional.into_iter().filter_map(|wish| {
        Some(Alternative {
            condition: wish.condition?,
            claim: wish.claim,
        })
    });
    Contest {
        rule: PathRule {
            path,
            alternatives: alternatives.collect(),
            claim,
            losers,
        },
        passthrough,
    }
}

fn default_backend(
    catch_alls: &[Wish<'_>],
    classes: Classes<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Claim> {
    let (first, others) = catch_alls.split_first()?;
    let mut claim = first.claim.clone();
    for other in others {
        let finding = passed_by(first, other);
        if finding.is_some() {
            claim.target = Target::Closed;
        }
        let finding = finding.or_else(|| judge(first, other));
        findings.extend(finding.map(|finding| classes.tell(finding, other.ingress, first.ingress)));
    }
    Some(claim)
}

#[cfg(test)]
mod tests;
