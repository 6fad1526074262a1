//! Hosts of one cluster that keep requests from the rules of another.
//!
//! In: the rules of all clusters by host, not yet united. Out: findings only. A host that one cluster names decides alone, so rules
//! without a host and wildcards of another cluster lose requests that they have when that cluster is compiled alone. Pairs within
//! one cluster are told where it is lowered. A host with a rule for `/` keeps its requests under every reading: nothing is said.

use std::collections::{BTreeMap, HashMap};

use super::{Member, Rank};
use crate::finding::{Code, Finding};
use crate::ir::{HostPattern, PathMatch, PathRule};

/// The rules of a host, in the order of the ranks.
type Rules = [(Rank, PathRule)];

/// Looks at the hosts beside each other.
pub(super) fn between_hosts(
    members: &[Member],
    hosts: &BTreeMap<HostPattern, Vec<(Rank, PathRule)>>,
    any_host: &Rules,
) -> Vec<Finding> {
    let open: Vec<(&HostPattern, &Rules)> = hosts
        .iter()
        .map(|(host, rules)| (host, &rules[..]))
        .filter(|(_, rules)| !rules.is_empty() && !rules.iter().any(|(_, rule)| is_root(rule)))
        .collect();
    let mut findings = Vec::new();
    // Clusters are few, hosts may be many.
    for hostless in any_host.chunk_by(|(a, _), (b, _)| a == b) {
        findings.extend(hostless_rules(members, hosts, &open, hostless));
    }
    findings.extend(wildcards(members, hosts, &open));
    findings
}

/// Rules without a host, all of one cluster, which lose the hosts that only others name.
fn hostless_rules(
    members: &[Member],
    hosts: &BTreeMap<HostPattern, Vec<(Rank, PathRule)>>,
    open: &[(&HostPattern, &Rules)],
    hostless: &Rules,
) -> Option<Finding> {
    let (rank, rule) = hostless.first()?;
    let mut lost = open.iter().filter(|(host, rules)| {
        let wildcard = wildcard_of(host).and_then(|wildcard| hosts.get(&wildcard));
        // What its own wildcard has, it never answered without a host.
        !has(rules, *rank) && !wildcard.is_some_and(|rules| has(rules, *rank))
    });
    let (host, rules) = lost.next()?;
    let (other, first) = rules.first()?;
    let (own, other) = (name(members, *rank), name(members, *other));
    let claim = &rule.claim;
    Some(
        Finding::new(
            Code::HOSTLESS_RULE_PRECEDENCE,
            format!(
                "rules without a host in cluster {own}, such as `{}` of Ingress {}, meet no request for `{host}`{}, which cluster {other} names",
                claim.wording,
                claim.ingress,
                more(lost.count())
            ),
        )
        .object(format_args!("Ingress {}", claim.ingress))
        .field("spec.rules[].host")
        .label(claim.origin, format!("in cluster {own}"))
        .label(first.claim.origin, format!("a rule of the host, in cluster {other}"))
        .help("repeat the paths under each host that is to have them"),
    )
}

/// Wildcards with a host below them that only other clusters name.
fn wildcards(
    members: &[Member],
    hosts: &BTreeMap<HostPattern, Vec<(Rank, PathRule)>>,
    open: &[(&HostPattern, &Rules)],
) -> Vec<Finding> {
    let mut below: HashMap<HostPattern, (&HostPattern, &Rules, usize)> = HashMap::new();
    for (host, rules) in open {
        let Some(wildcard) = wildcard_of(host) else {
            continue;
        };
        let Some(above) = hosts.get(&wildcard) else {
            continue;
        };
        if !above.iter().any(|(rank, _)| has(rules, *rank)) {
            below.entry(wildcard).or_insert((host, rules, 0)).2 += 1;
        }
    }
    hosts
        .iter()
        .filter_map(|(wildcard, above)| {
            let &(host, rules, count) = below.get(wildcard)?;
            let ((own, rule), (other, first)) = (above.first()?, rules.first()?);
            let (own, other) = (name(members, *own), name(members, *other));
            Some(
                Finding::new(
                    Code::WILDCARD_SHADOWING,
                    format!(
                        "the paths of `{wildcard}` in cluster {own} are not served to `{host}`{} in cluster {other}",
                        match count {
                            1 => ", which has rules of its own".to_owned(),
                            _ => format!("{}, which have rules of their own", more(count - 1)),
                        }
                    ),
                )
                .field("spec.rules[].host")
                .label(rule.claim.origin, format!("a rule of the wildcard, in cluster {own}"))
                .label(first.claim.origin, format!("a rule of the host, in cluster {other}"))
                .help("repeat the paths under the host, unless this is meant"),
            )
        })
        .collect()
}

fn is_root(rule: &PathRule) -> bool {
    rule.path.kind() != PathMatch::Exact && matches!(rule.path.text(), "" | "/")
}

/// The wildcard that has the requests of a host which nobody names.
fn wildcard_of(host: &HostPattern) -> Option<HostPattern> {
    if host.is_wildcard() {
        return None;
    }
    let (_, parent) = host.name().split_once('.')?;
    HostPattern::new(&format!("*.{parent}")).ok()
}

/// Whether some of the rules, sorted by rank, are of this cluster.
fn has(rules: &Rules, rank: Rank) -> bool {
    rules.binary_search_by_key(&rank, |&(rank, _)| rank).is_ok()
}

fn name(members: &[Member], rank: Rank) -> &crate::ir::ClusterName {
    &members[usize::from(rank)].name
}

fn more(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(" and {count} more"),
    }
}
