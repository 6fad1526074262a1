//! What a comment or an entry of an annotation says: which rules, and why.

use super::{Lookup, MutedBy};
use crate::finding::Code;
use crate::source::{FileId, Origin};

/// A comment, or an entry of an annotation.
#[derive(Debug)]
pub(super) struct Directive {
    pub(super) by: MutedBy,
    /// What is pointed at.
    pub(super) origin: Origin,
    /// The rules. None of them: nobody can tell what is meant.
    pub(super) words: Vec<Word>,
    pub(super) reason: String,
    /// The object of an annotation.
    pub(super) object: Option<String>,
    /// The bytes that go when it goes; `None` where they cannot go by themselves.
    pub(super) whole: Option<Origin>,
    /// The bytes of the list of rules; `None` where they are not written as they are read.
    pub(super) list: Option<Origin>,
}

/// A rule in a list of them.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) origin: Origin,
    /// Which rule, if there is such a one.
    pub(super) rule: Option<Code>,
    pub(super) used: bool,
    /// The namespaces of what it would have muted, if those are two.
    pub(super) refused: Option<(String, String)>,
}

impl Word {
    /// The rule, if a comment or an annotation may mute it.
    pub(super) fn mutable(&self) -> Option<Code> {
        self.rule.filter(|code| code.rule().ignorable)
    }
}

/// Reads rules with commas between.
pub(super) fn words(text: &str, place: Place, lookup: Lookup<'_>) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = 0;
    for part in text.split(',') {
        let word = part.trim();
        if !word.is_empty() {
            let lead = part.len() - part.trim_start().len();
            words.push(Word {
                text: word.to_owned(),
                origin: place.part(start + lead, word.len()),
                rule: lookup(word),
                used: false,
                refused: None,
            });
        }
        start += part.len() + 1;
    }
    words
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// As it is read, from this byte on.
    Written(FileId, usize),
    /// Somewhere in these bytes.
    Within(Origin),
}

impl Place {
    /// The bytes of a part of the text.
    pub(super) fn part(self, start: usize, length: usize) -> Origin {
        match self {
            Self::Written(file, at) => Origin::new(file, at + start..at + start + length),
            Self::Within(origin) => origin,
        }
    }
}
