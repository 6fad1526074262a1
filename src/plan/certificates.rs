//! Certificates, authorities and crt-lists.
//!
//! In: a file before and after, and what HAProxy reads it as. Out: changes. A transaction that is refused is aborted: HAProxy keeps
//! it otherwise, and the next one would go on with it.

use std::collections::{BTreeMap, BTreeSet};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use sha1::{Digest as _, Sha1};

use super::config::Config;
use super::escape;
use super::usage::{Usage, Use};
use super::{Answer, Builder, Change, ChangeKind, Command, Phase, ReadBack, Step, Verdict};

/// Why a certificate is not sent.
const TOO_LONG: &str =
    "it is longer than a command may be, which is 16 KiB with everything around it";

/// A file with a key and its certificates.
pub(super) fn certificate(
    path: &str,
    (old, new): (Option<&[u8]>, Option<&[u8]>),
    (from, to): (&Usage, &Usage),
    out: &mut Builder,
) {
    let shown = |usage: &Usage| usage.has(path, Use::Listed) || usage.has(path, Use::Certificate);
    match (shown(from), shown(to)) {
        (true, true) => renewed(path, new, out),
        (false, true) if to.has(path, Use::Certificate) => out.reload(
            ChangeKind::CertificateAdded,
            path,
            "",
            "it is read with the line of haproxy.cfg that names it",
        ),
        (false, true) => added(path, new, out),
        (true, false) if from.has(path, Use::Certificate) => out.file_only(
            ChangeKind::CertificateRemoved,
            path,
            "",
            "nothing names it any more",
        ),
        (true, false) => removed(path, out),
        (false, false) if old != new => {
            out.file_only(ChangeKind::File, path, "", "HAProxy does not read it")
        }
        (false, false) => {}
    }
}

fn change(kind: ChangeKind, path: &str, steps: Vec<Step>) -> Change {
    Change {
        kind,
        place: path.to_owned(),
        what: String::new(),
        verdict: Verdict::Runtime,
        reason: None,
        steps,
    }
}

/// `set` and `commit`, each of which may leave a transaction behind.
fn transaction(object: &str, path: &str, pem: &[u8]) -> Option<Vec<Step>> {
    let name = escape::word(path)?;
    let lines = escape::payload(pem)?;
    let abort = || Command::new(format!("abort ssl {object} {name}"));
    let set = format!("set ssl {object} {name}");
    let (set, said) = match object {
        "cert" => (Command::with_key(set, lines), "for certificate"),
        _ => (Command::with_payload(set, lines), "for CA"),
    };
    let print = CertificateDer::pem_slice_iter(pem).find_map(Result::ok)?;
    let print: String = Sha1::digest(&print)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let check = ReadBack {
        command: format!("show ssl {object} {name}"),
        has: vec![format!("SHA1 FingerPrint: {print}")],
        lacks: Vec::new(),
    };
    let commit = Command::new(format!("commit ssl {object} {name}"));
    Some(vec![
        Step::new(set, Answer::Says(said)).aborted_by(abort()),
        Step::new(commit, Answer::Says("Success!"))
            .checked(check)
            .aborted_by(abort()),
    ])
}

fn renewed(path: &str, new: Option<&[u8]>, out: &mut Builder) {
    let kind = ChangeKind::CertificateChanged;
    let Some(pem) = new else {
        return out.reload(kind, path, "", "the file is missing");
    };
    match transaction("cert", path, pem) {
        Some(steps) => out.push(Phase::CertificatesIn, change(kind, path, steps)),
        None => out.reload(kind, path, "", unsendable(pem)),
    }
}

fn added(path: &str, new: Option<&[u8]>, out: &mut Builder) {
    let kind = ChangeKind::CertificateAdded;
    let Some(pem) = new else {
        return out.reload(kind, path, "", "the file is missing");
    };
    let steps = transaction("cert", path, pem).and_then(|mut steps| {
        let new = escape::command(["new", "ssl", "cert", path])?;
        let first = Step::new(new, Answer::Says("New empty certificate store"));
        steps.insert(0, first);
        Some(steps)
    });
    match steps {
        Some(steps) => out.push(Phase::CertificatesIn, change(kind, path, steps)),
        None => out.reload(kind, path, "", unsendable(pem)),
    }
}

fn unsendable(pem: &[u8]) -> &'static str {
    if pem.len() < escape::MAX_BYTES {
        "no command can say its content"
    } else {
        TOO_LONG
    }
}

fn removed(path: &str, out: &mut Builder) {
    let kind = ChangeKind::CertificateRemoved;
    let Some(command) = escape::command(["del", "ssl", "cert", path]) else {
        return out.reload(kind, path, "", "no command can say its name");
    };
    let check = ReadBack {
        command: "show ssl cert".to_owned(),
        has: Vec::new(),
        lacks: vec![path.to_owned()],
    };
    let step = Step::new(command, Answer::Says("deleted")).checked(check);
    out.push(Phase::CertificatesOut, change(kind, path, vec![step]));
}

/// A file with an authority's certificates.
pub(super) fn authority(
    path: &str,
    (old, new): (Option<&[u8]>, Option<&[u8]>),
    (from, to): (&Usage, &Usage),
    out: &mut Builder,
) {
    let kind = ChangeKind::Authority;
    match (from.has(path, Use::Authority), to.has(path, Use::Authority)) {
        (true, true) if old == new => {}
        (true, true) => match new.and_then(|pem| transaction("ca-file", path, pem)) {
            Some(steps) => out.push(Phase::CertificatesIn, change(kind, path, steps)),
            None => out.reload(kind, path, "", unsendable(new.unwrap_or_default())),
        },
        (false, _) => out.reload(
            kind,
            path,
            "",
            "it is read with the line of haproxy.cfg that names it",
        ),
        (true, false) => out.file_only(kind, path, "", "nothing names it any more"),
    }
}

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
