//! Many claims into one answer for each host and path.
//!
//! In: [`Claims`] in order of precedence. Out: a [`Routing`] with hosts, paths and the default, and findings about conflicts.
//! The API arbitrates nothing; here the first by (namespace, name, rule, path) holds, and every loser is kept with the reason.

use std::collections::BTreeMap;
use std::iter::Peekable;

use rayon::slice::ParallelSliceMut as _;

use super::host_id::host_ids;
use super::overlap;
use super::rules::{Claims, Strength, Wish};
use super::spelling;
use crate::annotations::Guards;
use crate::finding::{Code, Finding};
use crate::ir::{Alternative, Claim, Condition, Host, HostPattern, PathRule, Routing, Target};
use crate::manifest::IngressTarget;

/// Arbitrates.
pub(super) fn merge(mut claims: Claims<'_>) -> (Routing, Vec<Finding>) {
    let mut findings = Vec::new();
    // Stable: within one host, path and strength the order of the manifests stays.
    claims
        .wishes
        .par_sort_by(|a, b| (&a.host, &a.path, a.strength).cmp(&(&b.host, &b.path, b.strength)));
    for rules in claims.wishes.chunk_by(|a, b| a.host == b.host) {
        overlap::within_host(rules, &mut findings);
        spelling::within_host(rules, &mut findings);
    }
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
            } = arbitrate(winner, &mut wishes, &mut findings);
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
        by_host.insert(host, rules);
    }
    let default = default_backend(&claims.catch_alls, &mut findings);
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
                findings.extend(finding.or_else(|| judge(winner, &wish)));
                losers.push((wish.claim, reason));
            }
        }
        next = wishes.next_if(|wish| wish.host == host && wish.path == path);
    }
    findings.extend(twins(&conditional));
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

/// Alternatives with the condition of an earlier one, which takes all their requests, unless chance decides anew.
fn twins(conditional: &[Wish<'_>]) -> Vec<Finding> {
    let mut seen: BTreeMap<&Condition, &Wish<'_>> = BTreeMap::new();
    let mut findings = Vec::new();
    for wish in conditional {
        let Some(condition) = &wish.condition else {
            continue;
        };
        let Some(first) = seen.get(&condition.value) else {
            seen.insert(&condition.value, wish);
            continue;
        };
        if condition.value.has_chance() {
            continue;
        }
        let (mine, theirs, at) = (&wish.claim, &first.claim, place(wish));
        findings.push(
            Finding::new(
                Code::UNREACHABLE_PATH,
                format!(
                    "`{}` of Ingress {} on {at} gets no request: `{}` of Ingress {} has the same condition, and comes first",
                    mine.wording, mine.ingress, theirs.wording, theirs.ingress
                ),
            )
            .object(format_args!("Ingress {}", mine.ingress))
            .field(wish.field.to_string())
            .label(mine.origin, format!("this one, in {}", mine.ingress))
            .label(theirs.origin, format!("and this one, in {}, which holds", theirs.ingress))
            .help("remove one of the two, or give their Services different conditions"),
        );
    }
    findings
}

/// Rules of a host beside one that hands its TLS through: they meet plain HTTP only. Where one of them keeps clients out, who would
/// get to the same servers over TLS, or cannot be honoured, the host is closed there, too.
fn beside_passthrough(
    host: &HostPattern,
    through: &mut Claim,
    rules: &[PathRule],
    findings: &mut Vec<Finding>,
) {
    let others = rules
        .iter()
        .filter(|rule| rule.claim.origin != through.origin);
    let mut closed = false;
    for rule in others {
        let claim = &rule.claim;
        let is_bypassed = let_past(rule, through);
        closed |= is_bypassed;
        let finding = Finding::new(
            Code::PASSTHROUGH_WITH_PATHS,
            format!(
                "`{}` of Ingress {} gets no request over TLS: Ingress {} has it handed through for host `{host}`",
                claim.wording, claim.ingress, through.ingress
            ),
        )
        .object(format_args!("Ingress {}", claim.ingress))
        .label(claim.origin, "this path is served over plain HTTP only")
        .label(through.origin, "here TLS for the host is handed through")
        .help("give one of the two another host");
        findings.push(if is_bypassed {
            finding.note("the path keeps clients out, or is closed, and TLS is handed through unread: connections to the host are refused")
        } else {
            finding
        });
    }
    if closed {
        through.target = Target::Closed;
    }
}

/// Whether who is kept out by `rule` would get in where TLS is handed through to the servers of `through`.
pub(super) fn let_past(rule: &PathRule, through: &Claim) -> bool {
    let theirs = Guards::of_claim(through);
    let alternatives = rule.alternatives.iter().map(|it| &it.claim);
    let losers = rule.losers.iter().map(|(loser, _)| loser);
    rule.claim.target == Target::Closed
        || alternatives
            .chain(losers)
            .chain([&rule.claim])
            .any(|claim| {
                let guards = Guards::of_claim(claim).over_tls();
                guards.lacking_in(&theirs).is_some()
            })
}

/// Whether `loser` keeps clients out whom `winner`, which holds, lets in: then nobody may answer. A rule beats a default backend of
/// another Ingress as the API means it.
fn passed_by(winner: &Wish<'_>, loser: &Wish<'_>) -> Option<Finding> {
    if loser.strength == Strength::Default && winner.strength != Strength::Default {
        return None;
    }
    let (mine, theirs) = (&loser.claim, &winner.claim);
    let guards = guards(loser);
    let (key, origin) = guards.lacking_in(&self::guards(winner))?;
    Some(
        Finding::new(
            Code::DUPLICATE_ROUTE,
            format!(
                "`{}` of Ingress {} on {} has `{key}`, and `{}` of Ingress {}, which comes first, has not the same: it answers 503",
                mine.wording,
                mine.ingress,
                place(loser),
                theirs.wording,
                theirs.ingress
            ),
        )
        .object(format_args!("Ingress {}", mine.ingress))
        .field(loser.field.to_string())
        .label(mine.origin, format!("this one, in {}", mine.ingress))
        .label(theirs.origin, format!("and this one, in {}, which would hold", theirs.ingress))
        .label(origin, "keeps clients out")
        .help("remove one of the two, or give both the same annotations"),
    )
}

fn guards(wish: &Wish<'_>) -> Guards {
    let written = wish.guards.clone();
    written.unwrap_or_else(|| Guards::of_claim(&wish.claim))
}

fn reason(winner: &Wish<'_>, loser: &Wish<'_>) -> String {
    if same_target(winner, loser) {
        return format!(
            "the same target as `{}` of {}",
            winner.claim.wording, winner.claim.ingress
        );
    }
    match (winner.strength, loser.strength) {
        (a, b) if a == b && winner.claim.ingress == loser.claim.ingress => {
            "written again further down".to_owned()
        }
        (a, b) if a == b => format!("{} comes first by namespace and name", winner.claim.ingress),
        (_, Strength::Default) => format!(
            "`{}` is a rule, this a default backend",
            winner.claim.wording
        ),
        _ => format!(
            "`{}` is stronger than ImplementationSpecific",
            winner.claim.wording
        ),
    }
}

/// What there is to say about `loser`. A rule for `/` beats a default backend as the API means it: nothing.
fn judge(winner: &Wish<'_>, loser: &Wish<'_>) -> Option<Finding> {
    let same = same_target(winner, loser);
    let (mine, theirs) = (&loser.claim, &winner.claim);
    let at = place(loser);
    let finding = match loser.strength {
        Strength::Default if winner.strength != Strength::Default || same => return None,
        Strength::Default => Finding::new(
            Code::DEFAULT_BACKEND_CONFLICT,
            format!(
                "the default backends of Ingress {} and Ingress {} both claim {at}",
                mine.ingress, theirs.ingress
            ),
        )
        .help("keep one of the two default backends"),
        _ if same => Finding::new(
            Code::REDUNDANT_ROUTE,
            format!(
                "`{}` of Ingress {} on {at} is written again: `{}` of Ingress {} leads to the same Service port",
                mine.wording, mine.ingress, theirs.wording, theirs.ingress
            ),
        )
        .help("remove one of the two"),
        strength if strength != winner.strength => Finding::new(
            Code::UNREACHABLE_PATH,
            format!(
                "`{}` of Ingress {} on {at} gets no request: `{}` of Ingress {} is stronger",
                mine.wording, mine.ingress, theirs.wording, theirs.ingress
            ),
        )
        .help("remove one of the two, or give them different paths"),
        _ => Finding::new(
            Code::DUPLICATE_ROUTE,
            format!(
                "`{}` on {at} leads to {} in Ingress {} and to {} in Ingress {}",
                mine.wording,
                shown(loser),
                mine.ingress,
                shown(winner),
                theirs.ingress
            ),
        )
        .help("remove one of the two, or give them different hosts or paths")
        .note(elsewhere(winner, loser)),
    };
    Some(
        finding
            .object(format_args!("Ingress {}", mine.ingress))
            .field(loser.field.to_string())
            .label(mine.origin, format!("this one, in {}", mine.ingress))
            .label(
                theirs.origin,
                format!("and this one, in {}, which holds", theirs.ingress),
            ),
    )
}

fn default_backend(catch_alls: &[Wish<'_>], findings: &mut Vec<Finding>) -> Option<Claim> {
    let (first, others) = catch_alls.split_first()?;
    let mut claim = first.claim.clone();
    for other in others {
        let finding = passed_by(first, other);
        if finding.is_some() {
            claim.target = Target::Closed;
        }
        findings.extend(finding.or_else(|| judge(first, other)));
    }
    Some(claim)
}

/// Two claims that nobody could tell apart from outside. Closed ones are compared as they are written.
fn same_target(a: &Wish<'_>, b: &Wish<'_>) -> bool {
    match (&a.claim.target, &b.claim.target) {
        (Target::Closed, Target::Closed) => written(a).is_some() && written(a) == written(b),
        (target, other) => target == other && a.passthrough == b.passthrough,
    }
}

fn written(wish: &Wish<'_>) -> Option<(String, String)> {
    let namespace = wish.ingress.meta.name.namespace.clone();
    Some(match &wish.backend?.target {
        IngressTarget::Service { name, port } => {
            let port = port
                .as_ref()
                .map_or(String::new(), |port| port.value.to_string());
            (namespace, format!("{}:{port}", name.value))
        }
        IngressTarget::Resource(resource) => (namespace, resource.value.clone()),
    })
}

fn shown(wish: &Wish<'_>) -> String {
    let through = match wish.passthrough {
        Some(_) => ", with TLS handed through,",
        None => "",
    };
    written(wish).map_or("nothing".to_owned(), |(_, reference)| {
        format!("`{reference}`{through}")
    })
}

fn place(wish: &Wish<'_>) -> String {
    match (&wish.host, wish.strength) {
        (Some(host), _) => format!("host `{host}`"),
        (None, Strength::Default) => "all requests without a rule of their own".to_owned(),
        (None, _) => "hosts without a rule of their own".to_owned(),
    }
}

/// haproxytech sorts its map by backend name; the other two go by age.
fn elsewhere(winner: &Wish<'_>, loser: &Wish<'_>) -> String {
    let older = "haproxy-ingress and ingress-nginx would serve the older object, whose age is not known here";
    match (&winner.claim.target, &loser.claim.target) {
        (Target::Backend(a), Target::Backend(b)) => {
            format!(
                "haproxytech would serve the backend whose name sorts first, `{}`; {older}",
                a.min(b)
            )
        }
        _ => older.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::{PathRule, Target};
    use crate::lower::testing::{World, annotation, codes, path};
    use crate::lower::{Settings, lower};
    use crate::manifest::ObjectName;
    use crate::manifest::PathType::{self, Exact, ImplementationSpecific, Prefix};

    /// Ingress `a/one` and `b/two` (or `a/two`) with one path each on one host; the codes and who answers first.
    fn two(
        namespaces: [&str; 2],
        (kind_a, path_a, service_a): (PathType, &str, &str),
        (kind_b, path_b, service_b): (PathType, &str, &str),
    ) -> (Vec<String>, Vec<(String, usize)>) {
        let mut world = World::default();
        for (namespace, service) in [(namespaces[0], service_a), (namespaces[1], service_b)] {
            if service != "gone" {
                world.web(namespace, service, 80);
            }
        }
        world.rule(
            namespaces[0],
            "one",
            Some("a.io"),
            vec![path(kind_a, path_a, service_a, 80)],
        );
        world.rule(
            namespaces[1],
            "two",
            Some("a.io"),
            vec![path(kind_b, path_b, service_b, 80)],
        );
        let lowered = lower(&world.manifests, &Settings::default());
        let rules = lowered.routing.hosts[0].rules.iter();
        (
            codes(&lowered.findings),
            rules
                .map(|rule| (rule.claim.ingress.clone(), rule.losers.len()))
                .collect(),
        )
    }

    #[test]
    fn the_first_by_name_holds_and_the_conflict_is_an_error() {
        let (codes, rules) = two(["b", "a"], (Prefix, "/x", "web"), (Prefix, "/x/", "web"));
        assert_eq!(codes, ["ING301"]);
        assert_eq!(rules, [("a/two".to_owned(), 1)]);
    }

    #[test]
    fn the_same_target_twice_is_only_redundant() {
        let (codes, rules) = two(["a", "a"], (Exact, "/x", "web"), (Exact, "/x", "web"));
        assert_eq!(codes, ["ING320"]);
        assert_eq!(rules, [("a/one".to_owned(), 1)]);
    }

    #[test]
    fn prefix_beats_implementation_specific_whatever_the_order() {
        let (codes, rules) = two(
            ["a", "b"],
            (ImplementationSpecific, "/x", "web"),
            (Prefix, "/x", "web"),
        );
        assert_eq!(codes, ["ING701", "ING302"]);
        assert_eq!(rules, [("b/two".to_owned(), 1)]);
    }

    #[test]
    fn a_conflict_with_a_missing_service_is_still_one() {
        let (codes, _) = two(["a", "a"], (Prefix, "/x", "web"), (Prefix, "/x", "gone"));
        assert_eq!(codes, ["ING201", "ING301"]);
    }

    #[test]
    fn two_catch_alls_conflict_and_the_first_holds() {
        let mut world = World::default();
        for (namespace, service) in [("a", "web"), ("b", "web")] {
            world.web(namespace, service, 80);
            world.default_backend(namespace, "all", service, 80);
        }
        let lowered = lower(&world.manifests, &Settings::default());
        assert_eq!(codes(&lowered.findings), ["ING309"]);
        assert_eq!(
            lowered.routing.default.map(|claim| claim.ingress),
            Some("a/all".to_owned())
        );
    }

    #[test]
    fn a_rule_for_the_root_beats_a_default_backend_without_a_word() {
        let mut world = World::default();
        world.web("a", "web", 80);
        world.web("a", "other", 80);
        world.rule("a", "x", Some("a.io"), Vec::new());
        world.default_backend("a", "x", "other", 80);
        world.rule("b", "y", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
        world.web("b", "web", 80);
        let lowered = lower(&world.manifests, &Settings::default());
        assert_eq!(codes(&lowered.findings), ["ING325", "ING327"]);
        let rule = &lowered.routing.hosts[0].rules[0];
        assert_eq!((rule.claim.ingress.as_str(), rule.losers.len()), ("b/y", 1));
    }

    #[test]
    fn a_claim_under_a_condition_is_an_alternative_and_no_conflict() {
        let mut world = World::default();
        for service in ["web", "beta", "gamma"] {
            world.web("a", service, 80);
        }
        for (service, condition) in [("beta", "method PUT"), ("gamma", "rand(100) lt 5")] {
            let name = ObjectName::new("a", service);
            let service = world.manifests.services.get_mut(&name).expect("added");
            service
                .meta
                .annotations
                .push(annotation("haproxy.org/route-acl", condition));
        }
        let paths = ["gamma", "web", "beta"].map(|service| path(Prefix, "/", service, 80));
        world.rule("a", "x", Some("a.io"), paths.to_vec());
        world.rule("a", "y", Some("b.io"), vec![path(Prefix, "/b", "beta", 80)]);
        let lowered = lower(&world.manifests, &Settings::default());
        assert!(lowered.findings.is_empty(), "{:?}", lowered.findings);
        let rule = |host: usize| &lowered.routing.hosts[host].rules[0];
        let shown = |rule: &PathRule| {
            let alternatives = rule.alternatives.iter();
            let conditions = alternatives.map(|it| it.condition.value.to_string());
            (conditions.collect::<Vec<_>>(), rule.claim.target.clone())
        };
        let (conditions, target) = shown(rule(0));
        assert_eq!(conditions, ["{ rand(100) -m int lt 5 }", "{ method PUT }"]);
        assert!(matches!(target, Target::Backend(_)), "{target:?}");
        // For the requests that do not meet it, the path is not there.
        assert_eq!(
            shown(rule(1)),
            (vec!["{ method PUT }".to_owned()], Target::Next)
        );
        assert_eq!(lowered.routing.backends.len(), 3);
    }

    #[test]
    fn a_condition_that_is_not_understood_leaves_its_route_out() {
        let mut world = World::default();
        world.web("a", "web", 80);
        let name = ObjectName::new("a", "web");
        let service = world.manifests.services.get_mut(&name).expect("added");
        let key = annotation("haproxy.org/route-acl", "lua.is_beta");
        service.meta.annotations.push(key);
        world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
        let lowered = lower(&world.manifests, &Settings::default());
        assert_eq!(codes(&lowered.findings), ["ING603"]);
        assert!(lowered.routing.hosts[0].rules.is_empty());
        assert!(lowered.routing.backends.is_empty());
    }

    #[test]
    fn losers_say_why() {
        let mut world = World::default();
        world.web("a", "web", 80);
        world.web("a", "api", 80);
        world.rule(
            "a",
            "x",
            Some("a.io"),
            vec![path(Prefix, "/", "web", 80), path(Prefix, "/", "api", 80)],
        );
        let routing = lower(&world.manifests, &Settings::default()).routing;
        assert_eq!(
            routing.hosts[0].rules[0].losers[0].1,
            "written again further down"
        );
    }
}
