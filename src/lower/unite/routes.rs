//! Hosts and paths of all clusters, each once.
//!
//! In: the rules of each cluster. Out: rules whose claims lead to united backends, and ING329 where the clusters want different
//! things. Such a route is closed: to take one side would send the other's clients to servers that do not know them.

use std::collections::BTreeMap;
use std::fmt;

use super::backends::Backends;
use super::{Member, Rank, precedence};
use crate::finding::{Code, Finding};
use crate::ir::{Alternative, BackendName, Claim, Host, HostPattern, PathRule, Routing, Target};
use crate::lower::host_id::host_ids;
use crate::lower::merge::let_past;

/// What all clusters want, not yet compared.
#[derive(Debug, Default)]
pub(super) struct Routes {
    hosts: BTreeMap<HostPattern, Vec<(Rank, PathRule)>>,
    any_host: Vec<(Rank, PathRule)>,
    passthrough: BTreeMap<HostPattern, Vec<(Rank, Claim)>>,
    default: Vec<(Rank, Claim)>,
}

impl Routes {
    /// Adds those of a cluster; clusters come in the order of their rank.
    pub(super) fn add(
        &mut self,
        rank: Rank,
        hosts: Vec<Host>,
        any_host: Vec<PathRule>,
        passthrough: BTreeMap<HostPattern, Claim>,
        default: Option<Claim>,
    ) {
        for (pattern, claim) in passthrough {
            let known = self.passthrough.entry(pattern).or_default();
            known.push((rank, claim));
        }
        for Host { pattern, rules, .. } in hosts {
            let known = self.hosts.entry(pattern).or_default();
            known.extend(rules.into_iter().map(|rule| (rank, rule)));
        }
        let ranked = any_host.into_iter().map(|rule| (rank, rule));
        self.any_host.extend(ranked);
        self.default.extend(default.map(|claim| (rank, claim)));
    }

    /// Compares them, and fills in hosts, rules and the default of `routing`.
    pub(super) fn unite<'m>(
        self,
        members: &'m [Member],
        backends: &mut Backends<'m>,
        routing: &mut Routing,
    ) -> Vec<Finding> {
        let mut uniting = Uniting {
            members,
            backends,
            findings: precedence::between_hosts(members, &self.hosts, &self.any_host),
        };
        let ids = host_ids(self.hosts.keys());
        for ((pattern, rules), id) in self.hosts.into_iter().zip(ids) {
            let rules = uniting.rules(Place::Host(&pattern), rules);
            routing.hosts.push(Host { pattern, id, rules });
        }
        routing.any_host = uniting.rules(Place::AnyHost, self.any_host);
        for (pattern, claims) in self.passthrough {
            let place = Place::Host(&pattern);
            let Some(mut claim) = uniting.claim(place, claims, &mut Vec::new()) else {
                continue;
            };
            let hosts = &routing.hosts;
            let at = hosts.binary_search_by(|host| host.pattern.cmp(&pattern));
            let rules = at.map_or(&[][..], |at| &hosts[at].rules);
            uniting.beside_passthrough(place, &mut claim, rules);
            routing.passthrough.insert(pattern, claim);
        }
        if !self.default.is_empty() {
            let mut losers = Vec::new();
            routing.default = uniting.claim(Place::Default, self.default, &mut losers);
        }
        uniting.findings
    }
}

/// Where a claim holds.
#[derive(Clone, Copy)]
enum Place<'p> {
    Host(&'p HostPattern),
    AnyHost,
    Default,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(pattern) => write!(f, "host `{pattern}`"),
            Self::AnyHost => f.write_str("hosts without a rule of their own"),
            Self::Default => f.write_str("all requests without a rule of their own"),
        }
    }
}

struct Uniting<'u, 'm> {
    members: &'m [Member],
    backends: &'u mut Backends<'m>,
    findings: Vec<Finding>,
}

impl Uniting<'_, '_> {
    /// The rules of one host, sorted by path, each path once.
    fn rules(&mut self, place: Place<'_>, mut rules: Vec<(Rank, PathRule)>) -> Vec<PathRule> {
        rules.sort_by(|(a, one), (b, other)| (&one.path, a).cmp(&(&other.path, b)));
        let mut united = Vec::with_capacity(rules.len());
        let mut rules = rules.into_iter().peekable();
        while let Some((rank, first)) = rules.next() {
            let PathRule {
                path,
                alternatives,
                claim,
                mut losers,
            } = first;
            let mut claims = vec![(rank, claim)];
            let mut conditional = vec![(rank, alternatives)];
            while let Some((rank, rule)) = rules.next_if(|(_, rule)| rule.path == path) {
                claims.push((rank, rule.claim));
                conditional.push((rank, rule.alternatives));
                losers.extend(rule.losers);
            }
            let alternatives = self.alternatives(place, conditional, &mut claims, &mut losers);
            if let Some(claim) = self.claim(place, claims, &mut losers) {
                united.push(PathRule {
                    path,
                    alternatives,
                    claim,
                    losers,
                });
            }
        }
        united
    }

    /// One list of alternatives for those of several clusters, which have to be the same: requests cannot be sent to a cluster by
    /// its own conditions. Where they are not, the route is closed.
    fn alternatives(
        &mut self,
        place: Place<'_>,
        mut conditional: Vec<(Rank, Vec<Alternative>)>,
        claims: &mut [(Rank, Claim)],
        losers: &mut Vec<(Claim, String)>,
    ) -> Vec<Alternative> {
        let same = |(_, other): &(Rank, Vec<Alternative>),
                    (_, first): &(Rank, Vec<Alternative>)| {
            let pairs = || first.iter().zip(other);
            first.len() == other.len()
                && pairs().all(|(a, b)| {
                    a.condition.value == b.condition.value && a.claim.target == b.claim.target
                })
        };
        let differs = conditional.iter().position(|it| !same(it, &conditional[0]));
        if let Some(at) = differs {
            let finding = self.unlike(place, &claims[0], &claims[at]);
            self.findings.push(finding);
            for (_, claim) in claims {
                claim.target = Target::Closed;
            }
            return Vec::new();
        }
        let ranks: Vec<Rank> = conditional.iter().map(|(rank, _)| *rank).collect();
        let first = conditional.swap_remove(0).1;
        let unite = |alternative: Alternative| {
            let claims = ranks
                .iter()
                .map(|rank| (*rank, alternative.claim.clone()))
                .collect();
            let claim = self.claim(place, claims, losers)?;
            Some(Alternative {
                condition: alternative.condition,
                claim,
            })
        };
        first.into_iter().filter_map(unite).collect()
    }

    /// One claim for those of several clusters, which come in the order of their rank; `None` when there is none. What is not
    /// honoured goes to `losers`.
    fn claim(
        &mut self,
        place: Place<'_>,
        mut claims: Vec<(Rank, Claim)>,
        losers: &mut Vec<(Claim, String)>,
    ) -> Option<Claim> {
        let closed = claims
            .iter()
            .position(|(_, claim)| claim.target == Target::Closed);
        if let Some(at) = closed {
            // That cluster has its findings. The servers of the others would answer for it as long as they see the whole site.
            let (rank, holds) = claims.remove(at);
            let cluster = &self.members[usize::from(rank)].name;
            let others = claims
                .into_iter()
                .filter(|(_, claim)| claim.target != Target::Closed);
            losers.extend(others.map(|(_, claim)| {
                let why = format!("cluster {cluster} has this route, too, and cannot serve it");
                (claim, why)
            }));
            return Some(holds);
        }
        let members: Vec<Rank> = claims.iter().map(|&(rank, _)| rank).collect();
        let (_, first) = claims.first()?;
        let other = claims
            .iter()
            .position(|(_, claim)| claim.target != first.target);
        let target = match other {
            Some(at) => {
                let finding = self.conflict(place, &claims[0], &claims[at]);
                self.findings.push(finding);
                None
            }
            None => match &first.target {
                Target::Backend(name) => self.backends.unite(name, members).map(Target::Backend),
                target => Some(target.clone()),
            },
        };
        let mut claims = claims.into_iter();
        let (_, mut holds) = claims.next()?;
        if target.is_none() {
            losers.extend(claims.map(|(rank, claim)| {
                let cluster = &self.members[usize::from(rank)].name;
                (
                    claim,
                    format!("cluster {cluster} wants it to be answered differently"),
                )
            }));
        }
        holds.target = target.unwrap_or(Target::Closed);
        Some(holds)
    }

    /// TLS of a host is handed through to the servers of some cluster. Where a rule of the host is closed, by another cluster
    /// perhaps, or keeps clients out, they would get in there.
    fn beside_passthrough(&mut self, place: Place<'_>, through: &mut Claim, rules: &[PathRule]) {
        if through.target == Target::Closed {
            return;
        }
        let Some(rule) = rules.iter().find(|rule| let_past(rule, through)) else {
            return;
        };
        let claim = &rule.claim;
        let finding =
            Finding::new(
                Code::CLUSTER_CONFLICT,
                format!(
                    "TLS for {place} is handed through, and `{}` of Ingress {} is closed or keeps clients out: connections are refused",
                    claim.wording, claim.ingress
                ),
            )
            .object(format_args!("Ingress {}", through.ingress))
            .label(through.origin, "here TLS for the host is handed through")
            .help("let all clusters hand TLS of the host through, or none");
        self.findings.push(if claim.origin == through.origin {
            finding
        } else {
            finding.label(claim.origin, "this path is not to be had so")
        });
        through.target = Target::Closed;
    }

    /// Two clusters with different conditions for one path.
    fn unlike(
        &self,
        place: Place<'_>,
        (one, first): &(Rank, Claim),
        (other, second): &(Rank, Claim),
    ) -> Finding {
        let cluster = |rank: Rank| &self.members[usize::from(rank)].name;
        let (one, other) = (cluster(*one), cluster(*other));
        Finding::new(
            Code::CLUSTER_CONFLICT,
            format!(
                "`{}` on {place} has other conditions in cluster {other} than in cluster {one}, so it answers 503",
                second.wording
            ),
        )
        .object(format_args!("Ingress {}", second.ingress))
        .label(second.origin, format!("in cluster {other}, Ingress {}", second.ingress))
        .label(first.origin, format!("in cluster {one}, Ingress {}", first.ingress))
        .help("give the Services of both clusters the same `route-acl`, or the routes different hosts or paths")
    }

    fn conflict(
        &self,
        place: Place<'_>,
        (one, first): &(Rank, Claim),
        (other, second): &(Rank, Claim),
    ) -> Finding {
        let cluster = |rank: Rank| &self.members[usize::from(rank)].name;
        let (ours, theirs) = (cluster(*one), cluster(*other));
        let fate = |rank: Rank, claim: &Claim| {
            let service = name(claim).and_then(|name| self.backends.service(rank, name));
            service.map_or_else(
                || "is handed through with its TLS".to_owned(),
                |service| format!("leads to `{service}`"),
            )
        };
        let (first_fate, second_fate) = (fate(*one, first), fate(*other, second));
        let (difference, help) = if first_fate == second_fate {
            (
                format!("has other settings in cluster {theirs} than in cluster {ours}"),
                "let the annotations and ConfigMaps of both clusters say the same, or give the routes different hosts or paths",
            )
        } else {
            let second_fate = second_fate.replacen(
                "leads to",
                "to",
                usize::from(first_fate.starts_with("leads")),
            );
            (
                format!("{first_fate} in cluster {ours} and {second_fate} in cluster {theirs}"),
                "let both lead to the Service of the same namespace, name and port, or give them different hosts or paths",
            )
        };
        Finding::new(
            Code::CLUSTER_CONFLICT,
            format!(
                "`{}` on {place} {difference}, so it answers 503",
                second.wording
            ),
        )
        .object(format_args!("Ingress {}", second.ingress))
        .label(
            second.origin,
            format!("in cluster {theirs}, Ingress {}", second.ingress),
        )
        .label(
            first.origin,
            format!("in cluster {ours}, Ingress {}", first.ingress),
        )
        .help(help)
    }
}

fn name(claim: &Claim) -> Option<&BackendName> {
    match &claim.target {
        Target::Backend(name) => Some(name),
        Target::Closed | Target::Next | Target::Misdirected(_) => None,
    }
}
