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

impl Change {
    /// Clients that know the former port do not find the Service any more.
    pub fn is_move(&self) -> bool {
        matches!(self.became, Became::Moved { .. })
    }
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
    Moved {
        /// The port that its clients know.
        from: Port,
        /// The port that it asks for.
        to: Port,
        /// The former one is kept back, as opposed to one that somebody else asks for by its number.
        kept: bool,
    },
    /// Another Service got the port, which was kept back.
    Dropped(Port),
}

impl fmt::Display for Became {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allocated(port) => write!(f, "gets {port}"),
            Self::Released(port) => write!(f, "is gone, {port} is released"),
            Self::Back(port) => write!(f, "is back, and has {port} again"),
            Self::Moved {
                from,
                to,
                kept: true,
            } => {
                write!(f, "moves from {from} to {to}; {from} is kept as released")
            }
            Self::Moved { from, to, .. } => {
                write!(f, "moves from {from} to {to}; another one gets {from}")
            }
            Self::Dropped(port) => write!(f, "loses {port} to another one"),
        }
    }
}

/// What becomes of each entry that does not stay as it is, in the order of the lock.
pub(super) fn changes(before: &Lock, after: &Lock) -> Vec<Change> {
    let live = before.live.iter().filter_map(|(key, old)| {
        let kept = after.released.contains_key(&(key.clone(), old.port));
        let became = match after.live.get(key) {
            Some(new) if new.port == old.port => return None,
            Some(new) => Became::Moved {
                from: old.port,
                to: new.port,
                kept,
            },
            None if kept => Became::Released(old.port),
            None => Became::Dropped(old.port),
        };
        Some((key, became, old.origin))
    });
    let released = before.released.iter().filter_map(|(place, line)| {
        let (key, port) = place;
        let again = after.live.get(key).is_some_and(|new| new.port == *port);
        let became = match again {
            _ if after.released.contains_key(place) => return None,
            // Told as a move.
            true if before.live.contains_key(key) => return None,
            true => Became::Back(*port),
            false => Became::Dropped(*port),
        };
        Some((key, became, *line))
    });
    let allocated = after.live.iter().filter_map(|(key, new)| {
        let known =
            before.live.contains_key(key) || before.released.contains_key(&(key.clone(), new.port));
        (!known).then_some((key, Became::Allocated(new.port), None))
    });
    let all = live.chain(released).chain(allocated);
    let mut changes: Vec<Change> = all
        .map(|(key, became, line)| Change {
            key: key.clone(),
            became,
            line,
        })
        .collect();
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
            Became::Moved { .. } => 1,
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
