//! A file into a lock.

use std::collections::BTreeMap;

use super::lines::{Content, Line, lines};
use super::lock::{Entry, Lock};
use super::say;
use crate::finding::Finding;
use crate::ir::{Port, PortKey};
use crate::source::{FileId, Origin, Sources};

/// So many lines that are no entries are told, each for itself.
const TOLD: usize = 20;

impl Lock {
    /// Reads a lock. Whatever is no entry is ING334, and two Services with one port are ING335; the lock is unusable then, and has
    /// what could be understood. Of two entries for one Service port that contradict each other, the first one holds.
    pub fn read(sources: &Sources, file: FileId) -> (Self, Vec<Finding>) {
        let mut reader = Reader {
            lock: Self {
                file: Some(file),
                ..Self::default()
            },
            file,
            wrong: 0,
            conflict: None,
            doubles: Vec::new(),
            findings: Vec::new(),
        };
        for line in lines(&sources.file(file).text) {
            reader.line(line);
        }
        reader.finish()
    }
}

struct Reader {
    lock: Lock,
    file: FileId,
    /// How many lines are no entries.
    wrong: usize,
    /// The first marker of a conflict.
    conflict: Option<Origin>,
    /// Entries for Service ports that have one already.
    doubles: Vec<Finding>,
    findings: Vec<Finding>,
}

impl Reader {
    fn line(&mut self, line: Line<'_>) {
        let origin = Origin::new(self.file, line.range);
        match line.content {
            Content::Comment(comment) if self.lock.is_empty() => self.lock.keep(comment),
            Content::Blank | Content::Comment(_) => {}
            Content::Marker(_) => _ = self.conflict.get_or_insert(origin),
            Content::Wrong(wrong) => {
                self.wrong += 1;
                if self.wrong <= TOLD {
                    let origin = Origin::new(self.file, wrong.range);
                    self.findings.push(say::wrong(wrong.message).at(origin));
                }
            }
            Content::Entry {
                key,
                port,
                released,
            } => self.entry(key, port, released, origin),
        }
    }

    fn entry(&mut self, key: PortKey, port: Port, released: bool, origin: Origin) {
        let live = self.lock.live.get(&key);
        // A former port beside the one that it has is no contradiction.
        let live = live.filter(|live| !released || live.port == port);
        let place = (key, port);
        let former = self.lock.released.get(&place).copied();
        let first = live.map(|live| live.origin).or(former);
        let (key, port) = place;
        match first {
            Some(first) => {
                let first = first.unwrap_or(origin);
                self.doubles.push(say::twice(&key, first, origin));
            }
            None if released => _ = self.lock.released.insert((key, port), Some(origin)),
            None => {
                let entry = Entry {
                    port,
                    origin: Some(origin),
                };
                self.lock.live.insert(key, entry);
            }
        }
    }

    /// The two sides of a conflict contradict each other, which is told once, by the conflict.
    fn finish(mut self) -> (Lock, Vec<Finding>) {
        if let Some(left) = self.wrong.checked_sub(TOLD).filter(|left| *left > 0)
            && let Some(last) = self.findings.pop()
        {
            let note = format!("{left} more lines are no entries");
            self.findings.push(last.note(note));
        }
        if let Some(origin) = self.conflict {
            self.findings.push(say::conflict(origin));
        } else {
            self.findings.append(&mut self.doubles);
            self.findings.extend(shared(&self.lock));
        }
        self.lock.unusable = !self.findings.is_empty();
        (self.lock, self.findings)
    }
}

/// Ports that several Service ports have.
fn shared(lock: &Lock) -> Vec<Finding> {
    let mut holders: BTreeMap<Port, (&PortKey, &Entry)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (key, entry) in &lock.live {
        match holders.get(&entry.port) {
            None => _ = holders.insert(entry.port, (key, entry)),
            Some(&first) => findings.push(say::allocated_twice(first, (key, entry))),
        }
    }
    findings
}
