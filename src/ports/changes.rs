//! How two locks differ.

use std::fmt;

use super::Lock;
use crate::ir::{Port, PortKey};
use crate::source::Origin;

/// What becomes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose.
    pub key: PortKey,
    /// What becomes of it.
    pub became: Became,
    /// The line of the lock as it is; `None` where there is none.
    pub line: Option<Origin>,
}

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is new.
    Allocated(Port),
    /// The Service is gone, and its port is kept.
    Released(Port),
    /// The Service is back, and has its port again.
    Back(Port),
    /// The Service asks for another port than it had.
    Moved(Port, Port),
    /// Another Service got the port of one that is gone.
    Dropped(Port),
}

impl fmt::Display for Became {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allocated(port) => write!(f, "gets {port}"),
            Self::Released(port) => write!(f, "is gone, {port} is released"),
            Self::Back(port) => write!(f, "is back, and has {port} again"),
            Self::Moved(from, to) => write!(f, "moves from {from} to {to}"),
            Self::Dropped(port) => write!(f, "is gone, another one gets {port}"),
        }
    }
}

/// What becomes of each entry that does not stay as it is, in the order of the lock.
pub(super) fn changes(before: &Lock, after: &Lock) -> Vec<Change> {
    let mut changes = Vec::new();
    for (key, old) in &before.entries {
        let became = match after.entries.get(key) {
            None => Some(Became::Dropped(old.port)),
            Some(new) => match (old.released, new.released) {
                (false, true) => Some(Became::Released(new.port)),
                (true, false) if old.port == new.port => Some(Became::Back(new.port)),
                (true, false) => Some(Became::Allocated(new.port)),
                _ => (old.port != new.port).then_some(Became::Moved(old.port, new.port)),
            },
        };
        changes.extend(became.map(|became| Change {
            key: key.clone(),
            became,
            line: old.origin,
        }));
    }
    let new = |key: &&PortKey| !before.entries.contains_key(*key);
    let allocated = after.entries.iter().filter(|(key, _)| new(key));
    changes.extend(allocated.map(|(key, entry)| Change {
        key: key.clone(),
        became: Became::Allocated(entry.port),
        line: None,
    }));
    changes.sort_by(|a, b| a.key.cmp(&b.key));
    changes
}

/// `2 allocated, 1 released`; empty when nothing changes.
pub fn summary(changes: &[Change]) -> String {
    let mut counts = [
        (0, "allocated"),
        (0, "moved"),
        (0, "back"),
        (0, "released"),
        (0, "dropped"),
    ];
    for change in changes {
        let kind = match change.became {
            Became::Allocated(_) => 0,
            Became::Moved(..) => 1,
            Became::Back(_) => 2,
            Became::Released(_) => 3,
            Became::Dropped(_) => 4,
        };
        counts[kind].0 += 1;
    }
    let some = counts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = some
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    parts.join(", ")
}
