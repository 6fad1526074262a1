//! Keys of a route that have to do with each other: one that needs another, two that exclude each other, and an empty one that hides a
//! protection.

use std::collections::{BTreeMap, HashSet};

use super::given::Given;
use super::grammar::{Bool, Grammar as _};
use super::policies::Choice;
use super::spec::{On, Scope, Spec};
use crate::finding::{Code, Finding};
use crate::source::Origin;

/// What there is to say about the keys that count for a route, or for everything.
pub(super) fn check(chosen: &[Choice<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for choice in chosen {
        findings.extend(empty(choice));
        findings.extend(outranked(choice));
        findings.extend(excluded(choice, chosen));
    }
    findings
}

/// An empty value means "nothing said". A person who reads the key still takes it for a protection.
fn empty(choice: &Choice<'_>) -> Option<Finding> {
    let winner = &choice.winner;
    // Where there has to be a value, that has its finding.
    if winner.broken || !winner.value.value.is_empty() || winner.spec.protects.is_none() {
        return None;
    }
    let hidden = choice
        .losers
        .iter()
        .find(|loser| !loser.value.value.is_empty());
    let message = match hidden {
        Some(loser) => format!(
            "{} is empty, and so takes away what `{}` of {} {} says",
            name(winner),
            loser.key,
            loser.kind,
            loser.object
        ),
        None => format!("{} is empty, so it protects nothing", name(winner)),
    };
    let finding = about(Code::INEFFECTIVE_ANNOTATION, winner, message);
    Some(match hidden {
        Some(loser) => finding
            .label(loser.value.origin, "this does not count")
            .help("write a value, or remove the key"),
        None => finding.help("write a value, or remove the key"),
    })
}

/// An old spelling on the Ingress loses to the new one in the ConfigMap. Who wrote a list at the Ingress takes that one to hold.
fn outranked(choice: &Choice<'_>) -> Option<Finding> {
    let (winner, loser) = (&choice.winner, choice.outranked.as_ref()?);
    let is_empty = loser.value.value.is_empty();
    let message = format!(
        "{} {}, as `{}` of {} {} counts before that old spelling",
        name(loser),
        if is_empty {
            "takes nothing away"
        } else {
            "does not hold"
        },
        winner.key,
        winner.kind,
        winner.object
    );
    let finding = about(Code::CONFLICTING_ANNOTATIONS, loser, message)
        .label(winner.value.origin, "this one counts");
    let (prefix, _) = loser.key.split_once('/').unwrap_or_default();
    let slash = if prefix.is_empty() { "" } else { "/" };
    let finding = finding.help(format!(
        "rename it to `{prefix}{slash}{}`, or remove it",
        loser.spec.key
    ));
    Some(if is_empty {
        finding
    } else {
        finding.note("nobody can tell which of the two is meant, so the routes stay closed")
    })
}

/// A key beside one that it cannot stand beside. The family decides which of them counts.
fn excluded<'c>(
    choice: &'c Choice<'_>,
    chosen: &'c [Choice<'_>],
) -> impl Iterator<Item = Finding> + use<'c> {
    let winner = &choice.winner;
    let others = chosen.iter().filter(|other| {
        let other = &other.winner;
        let names = |one: &Spec, other: &Spec| one.excludes.contains(&other.key);
        let is_told = names(other.spec, winner.spec) && other.spec.key < winner.spec.key;
        other.spec.dialect == winner.spec.dialect && names(winner.spec, other.spec) && !is_told
    });
    others
        .filter(|other| is_on(&choice.winner) && is_on(&other.winner))
        .map(|other| {
            let message = format!(
                "{} and {} exclude each other",
                name(winner),
                name(&other.winner)
            );
            about(Code::CONFLICTING_ANNOTATIONS, winner, message)
                .label(other.winner.value.origin, "the other one")
                .help("remove one of them")
        })
}

/// Keys that do nothing without another one. A key of a Service may have what it needs on the routes of one Ingress, and not on those
/// of another; only one that does nothing on any route is worth a word.
#[derive(Debug, Default)]
pub(super) struct Needing {
    served: HashSet<Origin>,
    idle: BTreeMap<Origin, Finding>,
}

impl Needing {
    /// Looks at the keys of a route, or at those for everything, about which `said` is said already. What the ConfigMap presets for
    /// all routes may well be for some of them.
    pub(super) fn ask(&mut self, chosen: &[Choice<'_>], config: &[Given<'_>], said: &[Finding]) {
        for choice in chosen {
            let winner = &choice.winner;
            let is_preset = winner.on == On::ConfigMap && winner.spec.scope != Scope::Global;
            if winner.spec.requires.is_empty() || is_preset || !is_on(winner) || winner.broken {
                continue;
            }
            let has = |key: &&str| has(key, winner.spec, chosen, config);
            let origin = Some(winner.value.origin);
            let is_told = || said.iter().any(|finding| finding.origin() == origin);
            if winner.spec.requires.iter().any(has) || is_told() {
                self.served.insert(winner.value.origin);
            } else {
                let idle = self.idle.entry(winner.value.origin);
                idle.or_insert_with(|| ineffective(winner));
            }
        }
    }

    /// Those that did nothing anywhere.
    pub(super) fn finish(self) -> impl Iterator<Item = Finding> {
        let Self { served, idle } = self;
        idle.into_iter()
            .filter(move |(origin, _)| !served.contains(origin))
            .map(|(_, finding)| finding)
    }
}

/// Whether `key` is there and not switched off, or holds without being there.
fn has(key: &str, of: &Spec, chosen: &[Choice<'_>], config: &[Given<'_>]) -> bool {
    let is_it = |given: &Given<'_>| given.spec.key == key && given.spec.dialect == of.dialect;
    let mut of_route = chosen.iter().map(|choice| &choice.winner);
    let there = of_route.find(|given| is_it(given));
    match there.or_else(|| config.iter().find(|given| is_it(given))) {
        Some(given) => is_on(given),
        None => super::find(of.dialect, key)
            .and_then(|(spec, _)| spec.default)
            .is_some_and(|default| !is_off(default)),
    }
}

/// Whether a key says something other than "off". What cannot be read has a finding of its own.
fn is_on(given: &Given<'_>) -> bool {
    let value = given.value.value.as_str();
    !value.is_empty() && !is_off(value)
}

/// Whether a value switches its key off.
pub(super) fn is_off(value: &str) -> bool {
    Bool::parse(value, &mut Vec::new()) == Ok(false) && value != "0"
}

fn ineffective(given: &Given<'_>) -> Finding {
    let keys: Vec<String> = given
        .spec
        .requires
        .iter()
        .map(|key| format!("`{key}`"))
        .collect();
    let keys = keys.join(" or ");
    let message = format!("{} does nothing without {keys}", name(given));
    about(Code::INEFFECTIVE_ANNOTATION, given, message).help(format!("add {keys}, or remove it"))
}

/// `` `haproxy.org/check` of Ingress shop/web ``.
fn name(given: &Given<'_>) -> String {
    format!("`{}` of {} {}", given.key, given.kind, given.object)
}

fn about(code: Code, given: &Given<'_>, message: String) -> Finding {
    let field = match given.on {
        On::ConfigMap => "data",
        _ => "metadata.annotations",
    };
    Finding::new(code, message)
        .at(given.value.origin)
        .object(format_args!("{} {}", given.kind, given.object))
        .field(format!("{field}[{}]", given.key))
}
