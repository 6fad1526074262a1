//! One key written twice on an object, in two spellings or under two prefixes; and old spellings.

use std::collections::HashMap;

use super::Given;
use super::mend;
use super::read::short;
use crate::annotations::spec::Spec;
use crate::finding::{Code, Finding};
use crate::source::Origin;

/// How many values of one key are read to see whether they say the same. Nobody writes more; a file may hold any number, and then
/// only those with the same text do.
const READ: usize = 16;

/// Looks for them. Where one key under two prefixes has two values, no order says which one counts: if it protects, neither does. Keys
/// at the places `told` have a finding that names the right spelling already.
pub(super) fn check(given: &mut [Given<'_>], told: &[Origin], findings: &mut Vec<Finding>) {
    // The stronger of two spellings counts, wherever it stands among the annotations.
    let mut strongest: HashMap<(*const Spec, &str), usize> = HashMap::new();
    for (at, one) in given.iter().enumerate() {
        let known = strongest.entry(identity(one)).or_insert(at);
        if one.rank < given[*known].rank {
            *known = at;
        }
    }
    let mut read: HashMap<(*const Spec, &str), usize> = HashMap::new();
    for later in 0..given.len() {
        let one = given[later];
        let same = identity(&one);
        let first = strongest.get(&same).copied().unwrap_or(later);
        if first == later {
            if !told.contains(&one.place) {
                findings.extend(old_spelling(&one));
            }
            continue;
        }
        let winner = given[first];
        let (ours, theirs) = (&winner.value.value, &one.value.value);
        let read = read.entry(same).or_default();
        *read += 1;
        let is_same = ours == theirs || *read <= READ && one.spec.same(ours, theirs);
        findings.push(twice(&winner, &one, is_same));
        let keeps_out = winner.keeps_out() || one.keeps_out();
        if !is_same && winner.rank == one.rank && keeps_out {
            given[first].broken = true;
            given[later].broken = true;
        }
    }
}

/// What two spellings of one key have in common. Keys that end as the user likes are one only where they end alike.
fn identity<'m>(given: &Given<'m>) -> (*const Spec, &'m str) {
    let end = if given.spec.is_open() { given.key } else { "" };
    (given.spec, end)
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
    let to = format!("{prefix}{slash}{}", spec.key);
    Some(finding.fix(mend::respelt(key, given.place, &to)))
}

/// That a key stands twice.
fn twice(winner: &Given<'_>, loser: &Given<'_>, is_same: bool) -> Finding {
    let (on, object) = (loser.kind, loser.object);
    let keys = format!("`{}` and `{}`", short(loser.key), short(winner.key));
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
