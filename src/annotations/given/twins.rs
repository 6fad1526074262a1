//! One key written twice on an object, in two spellings or under two prefixes; and old spellings.

use super::Given;
use super::read::short;
use crate::annotations::spec::Spec;
use crate::finding::{Code, Finding};
use crate::source::Origin;

/// Looks for them. Where one key under two prefixes has two values, no order says which one counts: if it protects, neither does. Keys
/// at the places `told` have a finding that names the right spelling already.
pub(super) fn check(given: &mut [Given<'_>], told: &[Origin], findings: &mut Vec<Finding>) {
    for later in 0..given.len() {
        let one = given[later];
        let twin = |other: &usize| std::ptr::eq(given[*other].spec, one.spec);
        // The stronger of two spellings counts, wherever it stands among the annotations.
        let twins = (0..given.len())
            .filter(|other| *other != later)
            .filter(twin);
        let strongest = twins.min_by_key(|other| (given[*other].rank, *other));
        match strongest.filter(|other| (given[*other].rank, *other) < (one.rank, later)) {
            None if told.contains(&one.place) => {}
            None => findings.extend(old_spelling(&one)),
            Some(other) => {
                let winner = given[other];
                findings.push(twice(&winner, &one));
                let differ = !one.spec.same(&winner.value.value, &one.value.value);
                if differ && winner.rank == one.rank && one.spec.protects.is_some() {
                    given[other].broken = true;
                    given[later].broken = true;
                }
            }
        }
    }
}

/// Whether `key`, with or without its prefix, is an old spelling.
pub(super) fn is_old(key: &str, spec: &Spec) -> bool {
    let (_, name) = key.rsplit_once('/').unwrap_or(("", key));
    spec.aliases.iter().any(|alias| alias.key == name)
}

/// That a key is written in an old way.
fn old_spelling(given: &Given<'_>) -> Option<Finding> {
    let (key, spec) = (given.key, given.spec);
    let (prefix, _) = key.rsplit_once('/').unwrap_or(("", key));
    if !is_old(key, spec) {
        return None;
    }
    let slash = if prefix.is_empty() { "" } else { "/" };
    let message = format!(
        "`{key}` of {} {} is an old spelling",
        given.kind, given.object
    );
    let finding = Finding::new(Code::DEPRECATED_ANNOTATION, message)
        .at(given.place)
        .object(format_args!("{} {}", given.kind, given.object))
        .help(format!("rename it to `{prefix}{slash}{}`", spec.key));
    Some(finding)
}

/// That a key stands twice.
fn twice(winner: &Given<'_>, loser: &Given<'_>) -> Finding {
    let (on, object) = (loser.kind, loser.object);
    let keys = format!("`{}` and `{}`", short(loser.key), short(winner.key));
    let is_same = loser.spec.same(&winner.value.value, &loser.value.value);
    let finding = if is_same {
        let message = format!("{keys} of {on} {object} say the same");
        Finding::new(Code::DEPRECATED_ANNOTATION, message)
            .at(loser.value.origin)
            .label(winner.value.origin, "the same")
    } else {
        let message = format!("{keys} of {on} {object} are one setting with two values");
        let finding = Finding::new(Code::CONFLICTING_ANNOTATIONS, message).at(loser.value.origin);
        if winner.rank == loser.rank {
            finding
                .label(winner.value.origin, "the other value")
                .note("the controller takes either one, and may change its mind")
        } else {
            finding.label(winner.value.origin, "this one counts")
        }
    };
    finding
        .object(format_args!("{on} {object}"))
        .help(format!("remove `{}`", short(loser.key)))
}
