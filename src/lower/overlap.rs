//! Rules that do not conflict, but may not meet the requests that their author had in mind.
//!
//! In: claims, sorted. Out: findings only; nothing here changes the routing. Each is said only where it can be observed:
//! where another reading, or another controller, would answer some request differently.

use std::collections::{HashMap, HashSet};

use super::class::Classes;
use super::rules::{Claims, Hostless, Strength, Wish};
use crate::finding::{Code, Finding, Fix, Severity};
use crate::ir::{HostPattern, PathMatch, Target};
use crate::manifest::Ingress;
use crate::source::Origin;

/// Paths nested deeper than this are not searched for a shorter rule.
const MAX_ELEMENTS: usize = 64;

/// Looks at the wishes of one host.
pub(super) fn within_host(rules: &[Wish<'_>], classes: Classes<'_>, findings: &mut Vec<Finding>) {
    let telling = |rule: &Wish<'_>| rule.trailing_slash || rule.path.kind() == PathMatch::Exact;
    if !rules.iter().any(telling) {
        return;
    }
    let mut exact: HashMap<&str, &Wish<'_>> = HashMap::new();
    let mut prefixes: HashMap<&str, &Wish<'_>> = HashMap::new();
    for rule in rules {
        let index = match rule.path.kind() {
            PathMatch::Exact => &mut exact,
            PathMatch::Prefix | PathMatch::Begins => &mut prefixes,
        };
        index.entry(rule.path.text()).or_insert(rule);
    }
    for rule in rules {
        if rule.path.kind() == PathMatch::Exact {
            findings.extend(exact_and_prefix(rule, classes, &prefixes));
        } else if rule.trailing_slash && rule.strength == Strength::Typed {
            findings.extend(trailing_slash(rule, rules, &exact, &prefixes));
        }
    }
}

/// Looks at hosts beside each other.
pub(super) fn between_hosts(claims: &Claims<'_>, findings: &mut Vec<Finding>) {
    if let Some((host, _)) = claims.hosts.first_key_value() {
        let taken = HostsOfOthers::of(claims);
        findings.extend(claims.hostless.iter().map(|hostless| {
            let name = &hostless.ingress.meta.name;
            if let Some(other) = taken.beside(hostless) {
                return catch_all(hostless, other);
            }
            Finding::new(
                Code::HOSTLESS_RULE_PRECEDENCE,
                format!(
                    "rule {} of Ingress {name} has no host and meets no request for a host that has rules, such as `{host}`",
                    hostless.rule
                ),
            )
            // Rules side by side in one object look as if they belonged together.
            .severity(if hostless.beside_hosts { Severity::Warning } else { Severity::Info })
            .object(format_args!("Ingress {name}"))
            .field(format!("spec.rules[{}]", hostless.rule))
            .at(hostless.origin)
            .help("repeat the paths under each host that is to have them")
            .note("haproxy-ingress falls through to rules without a host, unless `strict-host` is set")
        }));
    }
    findings.extend(wildcard_shadowing(claims));
}

/// Two rules with a host, of different namespaces: whoever has a rule for all hosts has it beside one of them.
struct HostsOfOthers<'c, 'm> {
    named: Vec<&'c Wish<'m>>,
    /// The Ingresses that take every path of every host that nobody names.
    all: HashSet<*const Ingress>,
}

impl<'c, 'm> HostsOfOthers<'c, 'm> {
    fn of(claims: &'c Claims<'m>) -> Self {
        let mut named: Vec<&Wish<'_>> = Vec::new();
        let mut all = HashSet::new();
        for wish in &claims.wishes {
            let namespace = &wish.ingress.meta.name.namespace;
            let is_other = |known: &&Wish<'_>| known.ingress.meta.name.namespace != *namespace;
            if wish.host.is_some() {
                if named.len() < 2 && named.iter().all(is_other) {
                    named.push(wish);
                }
            } else if wish.path.text().is_empty()
                && wish.strength != Strength::Default
                && wish.condition.is_none()
                && matches!(wish.claim.target, Target::Backend(_))
            {
                all.insert(std::ptr::from_ref(wish.ingress));
            }
        }
        Self { named, all }
    }

    /// A rule with a host of another namespace, if this one takes everything that others do not name.
    fn beside(&self, hostless: &Hostless<'_>) -> Option<&'c Wish<'m>> {
        let takes_all = self.all.contains(&std::ptr::from_ref(hostless.ingress));
        if !takes_all || hostless.beside_hosts {
            return None;
        }
        let namespace = &hostless.ingress.meta.name.namespace;
        let mut named = self.named.iter().copied();
        named.find(|wish| wish.ingress.meta.name.namespace != *namespace)
    }
}

/// A rule that takes what other namespaces have not named yet, or have misspelt.
fn catch_all(hostless: &Hostless<'_>, other: &Wish<'_>) -> Finding {
    let name = &hostless.ingress.meta.name;
    let host = other.host.as_ref().map(ToString::to_string);
    Finding::new(
        Code::CATCH_ALL_HOST,
        format!(
            "rule {} of Ingress {name} takes every host that no Ingress names, for all namespaces",
            hostless.rule
        ),
    )
    .object(format_args!("Ingress {name}"))
    .field(format!("spec.rules[{}]", hostless.rule))
    .label(hostless.origin, "no host")
    .label(
        other.claim.origin,
        format!(
            "namespace `{}` has hosts, too: `{}`",
            other.ingress.meta.name.namespace,
            host.unwrap_or_default()
        ),
    )
    .help(
        "name the host, or write `defaultBackend` without rules if it is to be the default of all",
    )
}

/// `/foo` Exact here and Prefix there. Somebody who wrote both in one object saw both.
fn exact_and_prefix(
    rule: &Wish<'_>,
    classes: Classes<'_>,
    prefixes: &HashMap<&str, &Wish<'_>>,
) -> Option<Finding> {
    let text = rule.path.text();
    let prefix = prefixes.get(text.strip_suffix('/').unwrap_or(text))?;
    if prefix.strength == Strength::Default || prefix.claim.target == rule.claim.target {
        return None;
    }
    let same_object = prefix.claim.ingress == rule.claim.ingress;
    let (mine, theirs) = (&rule.claim, &prefix.claim);
    let which = if same_object {
        format!(
            "`{}` and `{}` of Ingress {}",
            mine.wording, theirs.wording, mine.ingress
        )
    } else {
        format!(
            "`{}` of Ingress {} and `{}` of Ingress {}",
            mine.wording, mine.ingress, theirs.wording, theirs.ingress
        )
    };
    let finding = Finding::new(
        Code::EXACT_AND_PREFIX_SAME_PATH,
        format!("{which} lead to different Services"),
    )
    .severity(if same_object {
        Severity::Info
    } else {
        Severity::Warning
    })
    .object(format_args!("Ingress {}", rule.claim.ingress))
    .field(rule.field.to_string())
    .label(rule.claim.origin, "takes this very path")
    .label(prefix.claim.origin, "takes everything below it")
    .help("make both lead to one Service, or remove one, unless this is meant");
    Some(classes.tell(finding, rule.ingress, prefix.ingress))
}

/// `/app/` also means `/app` by the specification, but not in ingress-nginx, which leaves it to the next shorter rule.
fn trailing_slash(
    rule: &Wish<'_>,
    rules: &[Wish<'_>],
    exact: &HashMap<&str, &Wish<'_>>,
    prefixes: &HashMap<&str, &Wish<'_>>,
) -> Option<Finding> {
    let path = rule.path.text();
    let written_without = rules_for(rules, rule).any(|twin| !twin.trailing_slash);
    if written_without || exact.contains_key(path) {
        return None;
    }
    let otherwise = path
        .rmatch_indices('/')
        .take(MAX_ELEMENTS)
        .find_map(|(end, _)| prefixes.get(&path[..end]));
    if otherwise.is_some_and(|shorter| {
        shorter.claim.target == rule.claim.target && shorter.claim.target != Target::Closed
    }) {
        return None;
    }
    let finding = Finding::new(
        Code::TRAILING_SLASH_PREFIX,
        format!(
            "`{}` of Ingress {} also means `{path}`",
            rule.claim.wording, rule.claim.ingress
        ),
    )
    .object(format_args!("Ingress {}", rule.claim.ingress))
    .field(format!("{}.path", rule.field))
    .at(rule.claim.origin)
    .help(format!(
        "write `{path}`, which every controller reads alike"
    ))
    .note(format!("ingress-nginx does not match `{path}` with it"));
    Some(match last_slash(rule.claim.origin, path.len() + 1) {
        None => finding,
        Some(slash) => finding.fix(Fix::needs_a_look("remove the slash at the end").remove(slash)),
    })
}

/// The slash at the end of a path of so many bytes, where the scalar is plain, or quoted without an escape.
fn last_slash(scalar: Origin, length: usize) -> Option<Origin> {
    let quotes = (scalar.end.checked_sub(scalar.start)? as usize).checked_sub(length)?;
    let end = match quotes {
        0 => scalar.end,
        2 => scalar.end - 1,
        _ => return None,
    };
    Some(Origin {
        start: end - 1,
        end,
        ..scalar
    })
}

/// The wishes with the same pattern: they stand side by side.
fn rules_for<'w, 'm>(
    rules: &'w [Wish<'m>],
    rule: &Wish<'m>,
) -> impl Iterator<Item = &'w Wish<'m>> + use<'w, 'm> {
    let start = rules.partition_point(|other| other.path < rule.path);
    let end = rules.partition_point(|other| other.path <= rule.path);
    rules[start..end].iter()
}

/// An exact host keeps all its requests, also those for paths that only the wildcard has.
fn wildcard_shadowing(claims: &Claims<'_>) -> Vec<Finding> {
    if !claims.hosts.keys().any(HostPattern::is_wildcard) {
        return Vec::new();
    }
    let mut kept: HashMap<&HostPattern, bool> = HashMap::new();
    for wish in &claims.wishes {
        if let Some(host) = &wish.host {
            *kept.entry(host).or_default() |=
                wish.path.text().is_empty() && wish.strength != Strength::Default;
        }
    }
    let mut below: HashMap<&str, (&HostPattern, Origin, usize)> = HashMap::new();
    for (host, &origin) in &claims.hosts {
        // A host with a rule for `/` keeps its requests under every controller.
        if host.is_wildcard() || kept.get(host) == Some(&true) {
            continue;
        }
        if let Some((_, parent)) = host.name().split_once('.') {
            below.entry(parent).or_insert((host, origin, 0)).2 += 1;
        }
    }
    claims
        .hosts
        .iter()
        .filter(|(host, _)| host.is_wildcard())
        .filter_map(|(wildcard, &origin)| {
            let &(host, host_origin, count) = below.get(wildcard.name())?;
            let others = match count {
                1 => ", which has rules of its own".to_owned(),
                _ => format!(" and {} more, which have rules of their own", count - 1),
            };
            Some(
                Finding::new(
                    Code::WILDCARD_SHADOWING,
                    format!("the paths of `{wildcard}` are not served to `{host}`{others}"),
                )
                .field("spec.rules[].host")
                .label(origin, "the wildcard")
                .label(host_origin, "the host")
                .help("repeat the paths under the host, unless this is meant")
                .note("haproxy-ingress falls through to the wildcard, unless `strict-host` is set"),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::lower::testing::{World, codes, path};
    use crate::lower::{Settings, lower};
    use crate::manifest::PathType::{Exact, Prefix};

    fn world() -> World {
        let mut world = World::default();
        world.web("a", "web", 80);
        world.web("a", "api", 80);
        world
    }

    fn said(world: &World) -> Vec<String> {
        codes(&lower(&world.manifests, &Settings::default()).findings)
    }

    #[test]
    fn exact_and_prefix_to_different_services_are_information_in_one_object() {
        let mut world = world();
        let paths = vec![path(Exact, "/x", "web", 80), path(Prefix, "/x", "api", 80)];
        world.rule("a", "x", Some("a.io"), paths);
        let lowered = lower(&world.manifests, &Settings::default());
        assert_eq!(codes(&lowered.findings), ["ING303"]);
        assert_eq!(lowered.findings[0].severity, Severity::Info);
    }

    #[test]
    fn exact_and_prefix_to_one_service_are_nothing() {
        let mut world = world();
        let paths = vec![path(Exact, "/x", "web", 80), path(Prefix, "/x", "web", 80)];
        world.rule("a", "x", Some("a.io"), paths);
        assert!(said(&world).is_empty());
    }

    #[test]
    fn a_trailing_slash_is_reported_only_where_it_shows() {
        let mut shows = world();
        let paths = vec![path(Prefix, "/", "web", 80), path(Prefix, "/x/", "api", 80)];
        shows.rule("a", "x", Some("a.io"), paths);
        assert_eq!(said(&shows), ["ING305"]);
        let mut hidden = world();
        let paths = vec![path(Prefix, "/", "api", 80), path(Prefix, "/x/", "api", 80)];
        hidden.rule("a", "x", Some("a.io"), paths);
        assert!(said(&hidden).is_empty());
    }

    #[test]
    fn a_rule_without_host_beside_hosts_is_a_warning_and_alone_information() {
        for (other, severity) in [("x", Severity::Warning), ("y", Severity::Info)] {
            let mut world = world();
            world.rule("a", "x", None, vec![path(Prefix, "/", "web", 80)]);
            world.rule("a", other, Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
            let lowered = lower(&world.manifests, &Settings::default());
            assert_eq!(codes(&lowered.findings), ["ING306"]);
            assert_eq!(lowered.findings[0].severity, severity);
        }
    }

    #[test]
    fn a_wildcard_is_shadowed_unless_the_host_has_a_root() {
        for (text, expected) in [("/y", vec!["ING307"]), ("/", vec![])] {
            let mut world = world();
            world.rule(
                "a",
                "x",
                Some("*.a.io"),
                vec![path(Prefix, "/x", "web", 80)],
            );
            world.rule(
                "a",
                "x",
                Some("b.a.io"),
                vec![path(Prefix, text, "web", 80)],
            );
            assert_eq!(said(&world), expected, "{text}");
        }
    }
}
