//! Maps and lists of addresses: entry by entry, or replaced at once.
//!
//! In: a file of either kind, before and after. Out: changes, in the order in which no request meets a mixture.

mod file;

use std::collections::{BTreeMap, BTreeSet};

use self::file::File;
use super::{Builder, ChangeKind, Phase, Sending};

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
    /// How many bytes a command may have.
    pub(super) room: usize,
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
            room: self.room,
        };
        for (phase, mut entries) in self.phases(&file, &state, &after) {
            // Those that are new stand together, so that they share commands.
            entries.sort_by_key(Entry::order);
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
