//! Edits of keys and values: what a person would write in their place.
//!
//! In: a key or value as it was read. Out: a [`Fix`], if the file says it as it was read; blocks, and text with escapes, are left to
//! people. No value is offered that the key does not take.

use std::collections::HashSet;
use std::ops::Range;

use crate::annotations::formats;
use crate::annotations::grammar::{Mend, Problem};
use crate::annotations::spec::Spec;
use crate::finding::{Code, Finding, Fix, Safety};
use crate::source::{Origin, Resolved, Sourced, double_quoted, resolve};

/// Another name for the key at `place`.
pub(super) fn renamed(key: &str, place: Origin, to: &str) -> Fix {
    Fix::needs_a_look(format!("rename it to `{to}`")).replace(place, key_text(key, place, to))
}

/// The same, where the name means what the old one meant.
pub(super) fn respelt(key: &str, place: Origin, to: &str) -> Fix {
    Fix::safe(format!("rename it to `{to}`")).replace(place, key_text(key, place, to))
}

fn key_text(key: &str, place: Origin, to: &str) -> String {
    if width(place) == key.len() {
        to.to_owned()
    } else {
        double_quoted(to)
    }
}

/// Takes names away that the object has already: a key may stand there once.
pub(super) fn forget_taken<'f>(
    findings: impl Iterator<Item = &'f mut Finding>,
    keys: &HashSet<&str>,
) {
    for finding in findings {
        let taken = finding.fix.as_ref().is_some_and(|fix| {
            let mut edits = fix.edits.iter();
            edits.any(|edit| keys.contains(edit.replacement.trim_matches('"')))
        });
        if taken {
            finding.fix = None;
        }
    }
}

/// What a value was most likely meant to be: what its grammar says, a word that is nearly the same, or a `%` that is text.
pub(super) fn meant(text: &str, spec: &Spec, problem: &Problem, is_fatal: bool) -> Option<Mend> {
    if problem.mend.is_some() || !is_fatal {
        return problem.mend.clone();
    }
    let whole = |text: String| Mend {
        safety: Safety::Unsafe,
        text,
        whole: true,
    };
    if problem.code == Code::INVALID_VALUE {
        let word = nearest(text, spec.grammar.good)?;
        // Where a spelling is told itself, the one in small letters is the usual one.
        let word = if spec.judge(word).1.is_empty() {
            word.to_owned()
        } else {
            word.to_ascii_lowercase()
        };
        Some(whole(word))
    } else if problem.code == Code::FORMAT_EXPRESSION_IN_VALUE {
        formats::doubled(text).map(whole)
    } else {
        None
    }
}

/// The edit of a value.
pub(super) fn value(
    value: &Sourced<String>,
    spec: &Spec,
    range: Option<Range<usize>>,
    mend: &Mend,
) -> Option<Fix> {
    let text = &value.value;
    let all = value.part(0..text.len())?;
    let range = range.filter(|_| !mend.whole).unwrap_or(0..text.len());
    let new = format!(
        "{}{}{}",
        text.get(..range.start)?,
        mend.text,
        text.get(range.end..)?
    );
    if new == *text || !spec.judge(&new).0 {
        return None;
    }
    let title = format!("write `{new}`");
    let fix = match mend.safety {
        Safety::Safe => Fix::safe(title),
        Safety::Unsafe => Fix::needs_a_look(title),
    };
    Some(fix.replace(value.origin, written(new, all == value.origin)))
}

/// A value as it is written where a plain one stood, or one in quotes of some kind.
fn written(new: String, was_plain: bool) -> String {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/');
    let is_plain = new.bytes().all(is_word)
        && !new.starts_with(['-', '.'])
        && matches!(resolve(&new), Resolved::String);
    if was_plain && is_plain {
        new
    } else if was_plain && new.contains('\\') && !new.contains('\'') {
        // JSON has no such quotes, and no plain values either.
        format!("'{new}'")
    } else {
        double_quoted(&new)
    }
}

/// The word among `words` that differs by a slip of the pen.
fn nearest<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    let is_word = |text: &str| {
        let letter = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_');
        (3..=32).contains(&text.len()) && text.bytes().all(letter)
    };
    if !is_word(text) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let near = words.iter().filter(|word| is_word(word)).map(|word| {
        let distance = strsim::osa_distance(&lower, &word.to_ascii_lowercase());
        (distance, *word)
    });
    let (distance, word) = near.min()?;
    let limit = if text.len() < 6 { 1 } else { 2 };
    (distance <= limit).then_some(word)
}

fn width(place: Origin) -> usize {
    place.end.saturating_sub(place.start) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_quotes_and_gets_those_that_it_needs() {
        for (new, was_plain, text) in [
            ("90s", true, "90s"),
            ("90s", false, "\"90s\""),
            ("true", true, "\"true\""),
            ("30", true, "\"30\""),
            ("a, b", true, "\"a, b\""),
            (r"^a\.b$", true, r"'^a\.b$'"),
            (r"^a\.b$", false, r#""^a\\.b$""#),
            (r"^'\.", true, r#""^'\\.""#),
            ("-1", true, "\"-1\""),
        ] {
            assert_eq!(
                written(new.to_owned(), was_plain),
                text,
                "{new} {was_plain}"
            );
        }
    }

    #[test]
    fn a_word_is_near_when_a_letter_or_two_differ() {
        let words = ["roundrobin", "uri", "true", "5s", "hdr(x)"];
        for (text, word) in [
            ("roundrobbin", Some("roundrobin")),
            ("Round-Robin", Some("roundrobin")),
            ("tru", Some("true")),
            ("ury", Some("uri")),
            ("maybe", None),
            ("5x", None),
            ("", None),
        ] {
            assert_eq!(nearest(text, &words), word, "{text}");
        }
    }
}
