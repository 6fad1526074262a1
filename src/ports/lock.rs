//! The lock: a line for each port that a Service port has, or had.
//!
//! ```text
//! db/orders:5432: 30735
//! db/orders:5432: 26000 released
//! db/users:5432: 26001 released
//! ```
//!
//! A Service port has one port at most, and any number of former ones, which stand behind it. The file is sorted, with an entry a
//! line, so that two branches that add entries at different places merge by themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::ir::{Port, PortKey};
use crate::source::{FileId, Origin};

/// What stands at the top of each lock, so that who finds it knows what it is.
pub(super) const HEADER: [&str; 4] = [
    "# Which port of the HAProxy hosts each exposed Service port has. Clients have them in their configuration.",
    "# Written by `ingressc compile`. Commit it, and do not edit it by hand: `ingressc ports` prunes and repairs it.",
    "# `ports.lock merge=union` in .gitattributes lets branches merge without conflicts; `ingressc ports repair`",
    "# then gives another port to who got one that an older entry has.",
];

/// Who has which port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The comments above the first entry, without those of ours.
    pub head: Vec<String>,
    /// The port that each Service port has.
    pub live: BTreeMap<PortKey, Entry>,
    /// Ports that a Service port had: it is gone, or has another one. Nobody else gets them for as long as there are others.
    /// With their lines; `None` for new ones.
    pub released: BTreeMap<(PortKey, Port), Option<Origin>>,
    /// Some of the file cannot be understood. What it says there is not known, so nobody gets a new port, and it is not written.
    pub unusable: bool,
    /// The file that it was read from; `None` where there is none yet.
    pub file: Option<FileId>,
}

/// The port of a Service port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The port.
    pub port: Port,
    /// Its line; `None` for a new one.
    pub origin: Option<Origin>,
}

impl Lock {
    /// The file. One that was never there and has no entry stays away: the text is empty.
    pub fn to_text(&self) -> String {
        if self.is_empty() && self.file.is_none() {
            return String::new();
        }
        let mut text = String::new();
        let head = self.head.iter().map(String::as_str);
        for line in HEADER.into_iter().chain(head) {
            text.push_str(line);
            text.push('\n');
        }
        let live = self.live.iter().map(|(key, entry)| (key, "", entry.port));
        let released = self.released.keys();
        let released = released.map(|(key, port)| (key, " released", *port));
        let lines: BTreeSet<_> = live.chain(released).collect();
        for (key, released, port) in lines {
            let _ = writeln!(text, "{key}: {port}{released}");
        }
        text
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.live.is_empty() && self.released.is_empty()
    }

    /// The former ports of a Service port, the lowest first.
    pub fn former(&self, key: &PortKey) -> impl Iterator<Item = (Port, Option<Origin>)> {
        let whole = (key.clone(), Port::MIN)..=(key.clone(), Port::MAX);
        let former = self.released.range(whole);
        former.map(|((_, port), line)| (*port, *line))
    }

    /// Adds a line of the top of a file to that of the lock: not one of ours, and no blank line twice.
    pub(super) fn keep(&mut self, comment: &str) {
        if !HEADER.contains(&comment) {
            self.head.push(comment.to_owned());
        }
    }
}
