//! The lock: a line for each Service port that has a port.
//!
//! ```text
//! db/orders:5432: 26000
//! db/users:5432: 26001 released
//! ```
//!
//! It is YAML, sorted, with an entry a line, so that two branches that add entries at different places merge by themselves.

use std::collections::BTreeMap;
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
    /// By Service port.
    pub entries: BTreeMap<PortKey, Entry>,
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
    /// The Service is gone; its port is kept for as long as there are others.
    pub released: bool,
    /// Its line; `None` for a new one.
    pub origin: Option<Origin>,
}

impl Lock {
    /// The file. One that was never there and has no entry stays away: the text is empty.
    pub fn to_text(&self) -> String {
        if self.entries.is_empty() && self.file.is_none() {
            return String::new();
        }
        let mut text = String::new();
        let head = self.head.iter().map(String::as_str);
        for line in HEADER.into_iter().chain(head) {
            text.push_str(line);
            text.push('\n');
        }
        for (key, entry) in &self.entries {
            let released = if entry.released { " released" } else { "" };
            let _ = writeln!(text, "{key}: {}{released}", entry.port);
        }
        text
    }

    /// Adds a line of the top of a file to that of the lock: not one of ours, and no blank line twice.
    pub(super) fn keep(&mut self, comment: &str) {
        if !HEADER.contains(&comment) {
            self.head.push(comment.to_owned());
        }
    }
}
