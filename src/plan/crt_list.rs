//! The lists that say which certificate is shown for which names.
//!
//! In: a list before and after. Out: changes. A line cannot change: another one is added, and then it goes.

use std::collections::{BTreeMap, BTreeSet};

use super::certificates::change;
use super::config::Config;
use super::{Answer, Builder, Change, ChangeKind, Command, Phase, ReadBack, Step, escape};

/// A line of a crt-list.
struct Entry<'f> {
    /// From 1; comments and blank lines count.
    number: usize,
    file: &'f str,
    /// What stands behind it: names, and options in brackets.
    words: Vec<&'f str>,
}

impl<'f> Entry<'f> {
    /// What it says, wherever it stands.
    fn said(&self) -> (&'f str, &[&'f str]) {
        (self.file, &self.words)
    }

    fn text(&self) -> String {
        [&[self.file][..], &self.words].concat().join(" ")
    }
}

fn entries(bytes: &[u8]) -> Option<Vec<Entry<'_>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| !line.starts_with('#'));
    let entries = lines.filter_map(|(number, line)| {
        let mut words = line.split_ascii_whitespace();
        Some(Entry {
            number,
            file: words.next()?,
            words: words.collect(),
        })
    });
    Some(entries.collect())
}

/// The names of each certificate.
fn names<'f>(entries: &[Entry<'f>]) -> BTreeMap<&'f str, BTreeSet<&'f str>> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries {
        names.entry(entry.file).or_default().extend(&entry.words);
    }
    names
}

/// Why a line is not sent.
const UNSAID: &str = "no command can say this line";

/// A crt-list that a running HAProxy has read.
pub(super) struct List<'a> {
    pub(super) path: &'a str,
    /// The configuration that runs.
    pub(super) config: &'a Config,
    /// Whether HAProxy has a certificate, or gets it from the plan.
    pub(super) is_there: &'a dyn Fn(&str) -> bool,
}

impl List<'_> {
    pub(super) fn compare(&self, (from, to): (&[u8], &[u8]), out: &mut Builder) {
        let path = self.path;
        let (Some(old), Some(new)) = (entries(from), entries(to)) else {
            return out.reload(ChangeKind::File, path, "its lines", "the file is not UTF-8");
        };
        if let Some(why) = self.obstacle(&old, &new) {
            return out.reload(ChangeKind::CrtListAdded, path, "its lines", why);
        }
        let known: BTreeSet<_> = old.iter().map(Entry::said).collect();
        let wanted: BTreeSet<_> = new.iter().map(Entry::said).collect();
        if known == wanted {
            return out.text(path, "comments, blank lines or the order of lines");
        }
        let (before, after) = (names(&old), names(&new));
        let none = BTreeSet::new();
        // Names that a certificate loses while others stay: its lines are replaced. Where it only gains some, they get a line.
        let loses = |file: &str| {
            let (had, has) = (before.get(file).unwrap_or(&none), after.get(file));
            has.is_some_and(|has| !had.is_subset(has))
        };
        for entry in new.iter().filter(|entry| !known.contains(&entry.said())) {
            let had = before.get(entry.file).filter(|_| !loses(entry.file));
            self.line_added(entry, had.unwrap_or(&none), out);
        }
        let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &old {
            *lines.entry(entry.file).or_default() += 1;
        }
        for entry in old.iter().filter(|entry| !wanted.contains(&entry.said())) {
            let kept = after.get(entry.file);
            if kept.is_none() || loses(entry.file) {
                let is_only = kept.is_none() && lines.get(entry.file) == Some(&1);
                self.line_removed(entry, is_only, kept.unwrap_or(&none), out);
            }
        }
    }

    /// Why no line can come or go; `None` where each can.
    fn obstacle(&self, old: &[Entry<'_>], new: &[Entry<'_>]) -> Option<String> {
        let options = |entry: &Entry<'_>| {
            let mut words = entry.words.iter();
            words.any(|word| word.contains(['[', ']']))
        };
        if old.iter().chain(new).any(options) {
            return Some("lines with options in brackets are compared by nobody".to_owned());
        }
        if old.first().map(Entry::said) != new.first().map(Entry::said) && !self.is_strict() {
            return Some(
                "its first line changes, which names the certificate for unknown names".to_owned(),
            );
        }
        let mut seen = BTreeSet::new();
        let names = new.iter().flat_map(|entry| &entry.words);
        let twice = names
            .filter(|name| **name != "!*")
            .find(|name| !seen.insert(**name));
        twice.map(|name| format!("`{name}` stands there twice, and the order of lines decides"))
    }

    /// Whether no name gets a certificate but those in the list.
    fn is_strict(&self) -> bool {
        let lines = self
            .config
            .sections
            .iter()
            .flat_map(|section| &section.lines);
        let mut binds = lines.filter(|line| line.after("crt-list") == Some(self.path));
        binds.all(|line| line.words.iter().any(|word| word == "strict-sni"))
    }

    /// `had`: names that the certificate has by other lines, which stay.
    fn line_added(&self, entry: &Entry<'_>, had: &BTreeSet<&str>, out: &mut Builder) {
        let kind = ChangeKind::CrtListAdded;
        let what = entry.text();
        if !(self.is_there)(entry.file) {
            let why = "the certificate lies outside of the bundle, and HAProxy opens no file while it runs";
            return out.reload(kind, self.path, what, why);
        }
        let fresh = entry.words.iter().filter(|name| !had.contains(**name));
        let fresh: Vec<&str> = fresh.copied().collect();
        if fresh.is_empty() && !had.is_empty() {
            return;
        }
        let line = [&[entry.file][..], &fresh].concat().join(" ");
        let said = escape::payload(line.as_bytes()).zip(escape::word(self.path));
        let Some((lines, list)) = said else {
            return out.reload(kind, self.path, what, UNSAID);
        };
        let check = ReadBack {
            command: format!("show ssl crt-list {list}"),
            has: vec![line],
            lacks: Vec::new(),
        };
        let command = Command::with_payload(format!("add ssl crt-list {list}"), lines);
        let step = Step::new(command, Answer::Says("Success!")).checked(check);
        let change = change(kind, self.path, vec![step]);
        out.push(Phase::NamesIn, Change { what, ..change });
    }

    /// `is_only`: the certificate has no other line, so that its number does not matter. What runs may count lines otherwise than
    /// the file, where others were added before; HAProxy refuses then, or the names that are left show it.
    fn line_removed(
        &self,
        entry: &Entry<'_>,
        is_only: bool,
        kept: &BTreeSet<&str>,
        out: &mut Builder,
    ) {
        let kind = ChangeKind::CrtListRemoved;
        let what = entry.text();
        let line = if is_only {
            entry.file.to_owned()
        } else {
            format!("{}:{}", entry.file, entry.number)
        };
        let Some(command) = escape::command(["del", "ssl", "crt-list", self.path, &line]) else {
            return out.reload(kind, self.path, what, UNSAID);
        };
        let lost = entry.words.iter().filter(|name| !kept.contains(**name));
        let lost = lost.map(|name| format!("{} {name}", entry.file));
        let check = ReadBack {
            command: format!("show ssl crt-list {}", self.path),
            has: Vec::new(),
            lacks: if is_only {
                vec![entry.file.to_owned()]
            } else {
                lost.collect()
            },
        };
        let step = Step::new(command, Answer::Says("deleted")).checked(check);
        let change = change(kind, self.path, vec![step]);
        out.push(Phase::NamesOut, Change { what, ..change });
    }
}
