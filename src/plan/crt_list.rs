//! The lists that say which certificate is shown for which names.
//!
//! In: a list before and after. Out: changes. A line cannot change, and what runs may count lines otherwise than the file, so only
//! whole certificates go.

use std::collections::{BTreeMap, BTreeSet};

use super::certificates::change;
use super::config::Config;
use super::{Answer, Builder, Change, ChangeKind, Command, Phase, ReadBack, Step, escape};

/// A line of a crt-list: a file, and what stands behind it, which are names, and options in brackets.
type Entry<'f> = (&'f str, Vec<&'f str>);

fn entries(bytes: &[u8]) -> Option<Vec<Entry<'_>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    Some(
        lines
            .filter_map(|line| {
                let mut words = line.split_ascii_whitespace();
                Some((words.next()?, words.collect()))
            })
            .collect(),
    )
}

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
        let known: BTreeSet<&Entry<'_>> = old.iter().collect();
        let wanted: BTreeSet<&Entry<'_>> = new.iter().collect();
        let come: Vec<&Entry<'_>> = new.iter().filter(|entry| !known.contains(entry)).collect();
        let gone: Vec<&Entry<'_>> = old.iter().filter(|entry| !wanted.contains(entry)).collect();
        if come.is_empty() && gone.is_empty() {
            return out.text(path, "comments, blank lines or the order of lines");
        }
        let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
        for (file, words) in &old {
            names.entry(file).or_default().extend(words);
            *lines.entry(file).or_default() += 1;
        }
        let mut kept: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (file, words) in &new {
            kept.entry(file).or_default().extend(words);
        }
        for entry in come {
            self.line_added(entry, names.get(entry.0), out);
        }
        for entry in gone {
            self.line_removed(entry, kept.get(entry.0), lines.get(entry.0), out);
        }
    }

    /// Why no line can come or go; `None` where each can.
    fn obstacle(&self, old: &[Entry<'_>], new: &[Entry<'_>]) -> Option<String> {
        let options = |(_, words): &Entry<'_>| words.iter().any(|word| word.contains(['[', ']']));
        if old.iter().chain(new).any(options) {
            return Some("lines with options in brackets are compared by nobody".to_owned());
        }
        if old.first() != new.first() && !self.is_strict() {
            return Some(
                "its first line changes, which names the certificate for unknown names".to_owned(),
            );
        }
        let mut seen = BTreeSet::new();
        let names = new.iter().flat_map(|(_, words)| words);
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

    fn line_added(&self, entry: &Entry<'_>, known: Option<&BTreeSet<&str>>, out: &mut Builder) {
        let kind = ChangeKind::CrtListAdded;
        let (file, words) = entry;
        let what = format!("{file} {}", words.join(" "));
        if !(self.is_there)(file) {
            let why = "the certificate lies outside of the bundle, and HAProxy opens no file while it runs";
            return out.reload(kind, self.path, what, why);
        }
        // A line cannot change. Names that join others of the same certificate get a line of their own.
        let fresh: Vec<&str> = match known {
            Some(known) => words
                .iter()
                .filter(|name| !known.contains(**name))
                .copied()
                .collect(),
            None => words.clone(),
        };
        if fresh.is_empty() && known.is_some() {
            return;
        }
        let line = [&[*file][..], &fresh].concat().join(" ");
        let steps = escape::payload(line.as_bytes())
            .zip(escape::word(self.path))
            .map(|(lines, list)| {
                let check = ReadBack {
                    command: format!("show ssl crt-list {list}"),
                    has: vec![line.clone()],
                    lacks: Vec::new(),
                };
                let command = Command::with_payload(format!("add ssl crt-list {list}"), lines);
                vec![Step::new(command, Answer::Says("Success!")).checked(check)]
            });
        match steps {
            Some(steps) => out.push(
                Phase::NamesIn,
                Change {
                    what,
                    ..change(kind, self.path, steps)
                },
            ),
            None => out.reload(kind, self.path, what, "no command can say this line"),
        }
    }

    fn line_removed(
        &self,
        entry: &Entry<'_>,
        kept: Option<&BTreeSet<&str>>,
        lines: Option<&usize>,
        out: &mut Builder,
    ) {
        let kind = ChangeKind::CrtListRemoved;
        let (file, words) = entry;
        let what = format!("{file} {}", words.join(" "));
        if let Some(kept) = kept {
            // Its names may only have moved to other lines of the certificate.
            if let Some(lost) = words.iter().find(|name| !kept.contains(**name)) {
                let why = format!(
                    "`{lost}` leaves a certificate that others keep, and a line cannot change"
                );
                out.reload(kind, self.path, what, why);
            }
            return;
        }
        if lines.is_some_and(|&lines| lines > 1) {
            let why = "the certificate has several lines, and what runs may count them otherwise";
            return out.reload(kind, self.path, what, why);
        }
        match escape::command(["del", "ssl", "crt-list", self.path, file]) {
            Some(command) => {
                let check = ReadBack {
                    command: format!("show ssl crt-list {}", self.path),
                    has: Vec::new(),
                    lacks: vec![(*file).to_owned()],
                };
                let step = Step::new(command, Answer::Says("deleted")).checked(check);
                let change = change(kind, self.path, vec![step]);
                out.push(Phase::NamesOut, Change { what, ..change });
            }
            None => out.reload(kind, self.path, what, "no command can say this line"),
        }
    }
}
