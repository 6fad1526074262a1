//! The commands about one map or list of addresses: for each entry, or for all at once.

use super::super::escape;
use super::super::{
    Answer, Builder, Change, ChangeKind, Command, Phase, ReadBack, Sending, Step, VERSION, Verdict,
};
use super::{Entries, Entry, Kind};

/// From how many commands on a file is replaced at once, where that takes half as many.
const MANY: usize = 100;

/// A map or list, and who is to be told of it.
pub(super) struct File<'f> {
    pub(super) kind: Kind,
    pub(super) path: &'f str,
    pub(super) sending: Sending,
    /// How many bytes a command may have.
    pub(super) room: usize,
}

impl File<'_> {
    /// Brings `entries` about, after which the file holds `result`.
    pub(super) fn group(
        &self,
        entries: &[Entry<'_>],
        result: &Entries<'_>,
        phase: Phase,
        out: &mut Builder,
    ) {
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
            origin: None,
            lines: Vec::new(),
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
                origin: None,
                lines: Vec::new(),
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
                batch.push(self.payload_line(entry)?);
                let room = |next: &&Entry<'_>| {
                    next.kind == ChangeKind::MapEntryAdded && size + next.shown().len() < self.room
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
                    let shown = self.payload_line(&entry)?;
                    if size + shown.len() >= self.room {
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

    /// A line of a payload. `None` where it cannot be one.
    fn payload_line(&self, entry: &Entry<'_>) -> Option<String> {
        let line = entry.shown();
        let fits = line.len() < self.room && !line.chars().any(char::is_control);
        (fits && !entry.value.is_empty()).then_some(line)
    }
}
