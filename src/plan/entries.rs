//! Maps and lists of addresses: entry by entry, or replaced at once.
//!
//! In: a file of either kind, before and after. Out: changes, in the order in which no request meets a mixture.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::{self, MAX_BYTES};
use super::{
    Answer, Builder, Change, ChangeKind, Command, Phase, ReadBack, Sending, Step, VERSION, Verdict,
};

/// From how many commands on a file is replaced at once, where that takes half as many.
const MANY: usize = 100;

/// The map whose keys begin with the id of a host.
const PATHS: &str = "maps/path.map";

/// Which kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Map,
    Acl,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Acl => "acl",
        }
    }

    /// Added, changed, removed, replaced.
    fn changes(self) -> [ChangeKind; 4] {
        use ChangeKind as K;
        match self {
            Self::Map => [
                K::MapEntryAdded,
                K::MapEntryChanged,
                K::MapEntryRemoved,
                K::MapReplaced,
            ],
            Self::Acl => [
                K::AclEntryAdded,
                K::AclEntryAdded,
                K::AclEntryRemoved,
                K::AclReplaced,
            ],
        }
    }
}

/// The entries of a file: keys with values, which are empty in a list of addresses.
type Entries<'f> = BTreeMap<&'f str, &'f str>;

/// Reads a file. `Err`: why no command can stand for what is in it.
fn read(kind: Kind, bytes: &[u8]) -> Result<Entries<'_>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the file is not UTF-8".to_owned())?;
    let mut entries = Entries::new();
    for line in text.lines() {
        let line = line.trim_matches([' ', '\t', '\r']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = match kind {
            Kind::Acl => (line, ""),
            Kind::Map => match line.split_once([' ', '\t']) {
                Some((key, value)) => (key, value.trim_start_matches([' ', '\t'])),
                None => (line, ""),
            },
        };
        if entries.insert(key, value).is_some() {
            return Err(format!(
                "`{key}` stands there twice, and commands would reach either"
            ));
        }
    }
    Ok(entries)
}

/// What files of entries are compared with.
pub(super) struct Context<'a> {
    pub(super) sending: Sending,
    /// The ids that hosts are exchanged for, before and after.
    pub(super) ids: (BTreeSet<&'a str>, BTreeSet<&'a str>),
}

impl Context<'_> {
    /// The changes of a file that a running HAProxy has read.
    ///
    /// While they are made, each request is answered as before or as after, and never otherwise. So a longer path comes before a
    /// shorter one that would answer in its place, and goes after it; and a host's paths are complete before anything leads there.
    pub(super) fn compare(
        &self,
        kind: Kind,
        path: &str,
        (from, to): (&[u8], &[u8]),
        out: &mut Builder,
    ) {
        let (mut state, after) = match (read(kind, from), read(kind, to)) {
            (Ok(before), Ok(after)) => (before, after),
            (Err(why), _) | (_, Err(why)) => {
                return out.reload(ChangeKind::File, path, "its entries", why);
            }
        };
        if state == after {
            return out.text(path, "comments, blank lines or the order of entries");
        }
        let file = File {
            kind,
            path,
            sending: self.sending,
        };
        for (phase, mut entries) in self.phases(&file, &state, &after) {
            // Those that are new stand together, so that they share commands.
            entries.sort_by_key(|entry| entry.order());
            for entry in &entries {
                if entry.is_gone {
                    state.remove(entry.key);
                } else {
                    state.insert(entry.key, entry.value);
                }
            }
            file.group(&entries, &state, phase, out);
        }
    }

    fn phases<'f>(
        &self,
        file: &File<'_>,
        before: &Entries<'f>,
        after: &Entries<'f>,
    ) -> BTreeMap<Phase, Vec<Entry<'f>>> {
        let [added, changed, removed, _] = file.kind.changes();
        let mut phases: BTreeMap<Phase, Vec<Entry<'f>>> = BTreeMap::new();
        let entry = |key, value, kind| Entry {
            key,
            value,
            old: None,
            kind,
            is_gone: kind == removed,
        };
        for (&key, &value) in after {
            let entry = match before.get(key) {
                None => entry(key, value, added),
                Some(&old) if old != value => Entry {
                    old: Some(old),
                    ..entry(key, value, changed)
                },
                Some(_) => continue,
            };
            let (phase, _) = self.when(file, key);
            phases.entry(phase).or_default().push(entry);
        }
        for (&key, &value) in before {
            if !after.contains_key(key) {
                let (_, phase) = self.when(file, key);
                let entry = entry(key, value, removed);
                phases.entry(phase).or_default().push(entry);
            }
        }
        phases
    }

    /// When an entry comes, and when it goes.
    fn when(&self, file: &File<'_>, key: &str) -> (Phase, Phase) {
        let (before, after) = &self.ids;
        let id = key.split('/').next().unwrap_or_default();
        match file.path {
            _ if file.kind == Kind::Acl => (Phase::Lists, Phase::Lists),
            PATHS => {
                let comes = [Phase::NewHostsPathsIn, Phase::PathsIn];
                let goes = [Phase::OldHostsPathsOut, Phase::PathsOut];
                let at = |ids: &BTreeSet<&str>| usize::from(ids.contains(id));
                (comes[at(before)], goes[at(after)])
            }
            // Exact names come before wildcards, which would answer for them, and go after them.
            path if path.ends_with("wild.map") || path.ends_with("wild-sni.map") => {
                (Phase::WildcardsIn, Phase::WildcardsOut)
            }
            _ => (Phase::HostsIn, Phase::HostsOut),
        }
    }
}

struct Entry<'f> {
    key: &'f str,
    value: &'f str,
    old: Option<&'f str>,
    kind: ChangeKind,
    is_gone: bool,
}

impl<'f> Entry<'f> {
    /// New ones first, the longest of them first; then those with another value; then those that go, the shortest first.
    fn order(&self) -> (u8, isize, &'f str) {
        let length = isize::try_from(self.key.len()).unwrap_or(isize::MAX);
        match (self.is_gone, self.old) {
            (false, None) => (0, -length, self.key),
            (false, Some(_)) => (1, length, self.key),
            (true, _) => (2, length, self.key),
        }
    }

    fn what(&self) -> String {
        match (self.value, self.old) {
            ("", _) => self.key.to_owned(),
            (value, None) => format!("{} {value}", self.key),
            (value, Some(old)) => format!("{} {old} → {value}", self.key),
        }
    }

    /// As HAProxy shows it, but for the address before it.
    fn shown(&self) -> String {
        match self.value {
            "" => self.key.to_owned(),
            value => format!("{} {value}", self.key),
        }
    }
}

struct File<'f> {
    kind: Kind,
    path: &'f str,
    sending: Sending,
}

impl File<'_> {
    /// Brings `entries` about, after which the file holds `result`.
    fn group(&self, entries: &[Entry<'_>], result: &Entries<'_>, phase: Phase, out: &mut Builder) {
        if entries.is_empty() {
            return;
        }
        let whole = self.whole(result);
        let Some(mut singly) = self.singly(entries) else {
            // A key that no command can say is put in with the rest.
            match whole {
                Some(steps) if self.sending == Sending::Answered => {
                    self.at_once(entries, steps, phase, out);
                }
                _ => self.unsaid(entries, out),
            }
            return;
        };
        let count = singly.iter().flatten().count();
        match whole {
            Some(steps)
                if self.sending == Sending::Answered && count > MANY && count > 2 * steps.len() =>
            {
                self.at_once(entries, steps, phase, out);
            }
            _ => {
                // Reading a map is dear: it is done once, at the end.
                if let Some(last) = singly.iter_mut().flatten().next_back() {
                    last.check = Some(self.check(entries));
                }
                for (entry, steps) in entries.iter().zip(singly) {
                    out.push(phase, self.change(entry, steps));
                }
            }
        }
    }

    /// What shows that these entries came or went.
    fn check(&self, entries: &[Entry<'_>]) -> ReadBack {
        let [.., removed, _] = self.kind.changes();
        let (gone, there): (Vec<&Entry<'_>>, Vec<_>) =
            entries.iter().partition(|entry| entry.kind == removed);
        let shown = |entries: Vec<&Entry<'_>>| entries.into_iter().map(Entry::shown).collect();
        ReadBack {
            command: format!("show {} {}", self.kind.word(), self.path),
            has: shown(there),
            lacks: shown(gone),
        }
    }

    fn change(&self, entry: &Entry<'_>, steps: Vec<Step>) -> Change {
        Change {
            kind: entry.kind,
            place: self.path.to_owned(),
            what: entry.what(),
            verdict: Verdict::Runtime,
            reason: None,
            steps,
        }
    }

    fn at_once(&self, entries: &[Entry<'_>], steps: Vec<Step>, phase: Phase, out: &mut Builder) {
        for entry in entries {
            out.push(phase, self.change(entry, Vec::new()));
        }
        let [.., replaced] = self.kind.changes();
        out.push(
            phase,
            Change {
                kind: replaced,
                place: self.path.to_owned(),
                what: format!("{} differences, put in at once", entries.len()),
                verdict: Verdict::Runtime,
                reason: None,
                steps,
            },
        );
    }

    fn unsaid(&self, entries: &[Entry<'_>], out: &mut Builder) {
        for entry in entries {
            let why = "no command can say this entry";
            out.reload(entry.kind, self.path, entry.what(), why);
        }
    }

    /// A list of steps for each entry. New entries of maps share commands: those of several entries stand at the last of them.
    fn singly(&self, entries: &[Entry<'_>]) -> Option<Vec<Vec<Step>>> {
        let mut all = Vec::with_capacity(entries.len());
        let mut batch: Vec<String> = Vec::new();
        let mut size = 0;
        let mut entries = entries.iter().peekable();
        while let Some(entry) = entries.next() {
            let mut steps = Vec::new();
            if entry.kind == ChangeKind::MapEntryAdded {
                size += entry.shown().len() + 1;
                batch.push(payload_line(entry)?);
                let room = |next: &&Entry<'_>| {
                    next.kind == ChangeKind::MapEntryAdded && size + next.shown().len() < MAX_BYTES
                };
                if entries.peek().is_none_or(|next| !room(next)) {
                    steps.push(self.add(std::mem::take(&mut batch)));
                    size = 0;
                }
            } else {
                steps.push(self.one(entry)?);
            }
            all.push(steps);
        }
        Some(all)
    }

    fn add(&self, lines: Vec<String>) -> Step {
        let command = Command::with_payload(format!("add map {}", self.path), lines);
        Step::new(command, Answer::Silence)
    }

    fn one(&self, entry: &Entry<'_>) -> Option<Step> {
        let kind = self.kind.word();
        let verb = match entry.kind {
            ChangeKind::MapEntryChanged => "set",
            ChangeKind::MapEntryRemoved | ChangeKind::AclEntryRemoved => "del",
            _ => "add",
        };
        // With spaces in it, only a payload keeps a value whole, and `set` takes none.
        if verb == "set" && entry.value.contains([' ', '\t']) {
            return None;
        }
        let value = (verb == "set").then_some(entry.value);
        let words = [verb, kind, self.path, entry.key].into_iter().chain(value);
        Some(Step::new(escape::command(words)?, Answer::Silence))
    }

    /// The steps that put in the whole file at once. `None` where an entry cannot be said.
    fn whole(&self, result: &Entries<'_>) -> Option<Vec<Step>> {
        let Self { kind, path, .. } = self;
        let kind_word = kind.word();
        let mut steps = vec![Step::new(
            Command::new(format!("prepare {kind_word} {path}")),
            Answer::Version,
        )];
        let mut batch = Vec::new();
        let mut size = 0;
        let line = format!("add {kind_word} {VERSION} {path}");
        for (&key, &value) in result {
            let entry = Entry {
                key,
                value,
                old: None,
                kind: ChangeKind::MapEntryAdded,
                is_gone: false,
            };
            match kind {
                // Takes no payload, on any version.
                Kind::Acl => {
                    let command = escape::command(["add", "acl", VERSION, path, key])?;
                    steps.push(Step::new(command, Answer::Silence));
                }
                Kind::Map => {
                    let shown = payload_line(&entry)?;
                    if size + shown.len() >= MAX_BYTES {
                        let command =
                            Command::with_payload(line.clone(), std::mem::take(&mut batch));
                        steps.push(Step::new(command, Answer::Silence));
                        size = 0;
                    }
                    size += shown.len() + 1;
                    batch.push(shown);
                }
            }
        }
        if !batch.is_empty() {
            steps.push(Step::new(
                Command::with_payload(line, batch),
                Answer::Silence,
            ));
        }
        let check = ReadBack {
            command: format!("show {kind_word} {path}"),
            has: result
                .iter()
                .map(|(key, value)| format!("{key} {value}").trim_end().to_owned())
                .collect(),
            lacks: Vec::new(),
        };
        let commit = Command::new(format!("commit {kind_word} {VERSION} {path}"));
        steps.push(Step::new(commit, Answer::Silence).checked(check));
        Some(steps)
    }
}

/// A line of a payload. `None` where it cannot be one.
fn payload_line(entry: &Entry<'_>) -> Option<String> {
    let line = entry.shown();
    let fits = line.len() < MAX_BYTES && !line.chars().any(char::is_control);
    (fits && !entry.value.is_empty()).then_some(line)
}
