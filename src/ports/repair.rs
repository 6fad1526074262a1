//! A lock after a merge: both branches gave out the lowest free port, so that two Services may have one.
//!
//! In: the text with the entries of both sides, perhaps with git's markers between them, and how old each entry is. Out: a lock in
//! which the older entry keeps the port and the newer one has the lowest free one. Clients of the older one know its port; the newer
//! one is from a branch that has just been merged.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{Content, Marker, lines};
use super::lock::{Entry, Lock};
use super::say;
use crate::finding::Finding;
use crate::ir::{Port, PortKey, PortRange};
use crate::source::{FileId, Origin, Sources};

/// How old an entry is. The smaller, the older; equal ages tell nothing.
pub type Age = i64;

/// The lock, and what had to be done.
#[derive(Debug, Default)]
pub struct Repaired {
    /// Without doubles.
    pub lock: Lock,
    /// Entries that got another port.
    pub moved: Vec<Moved>,
    /// Further entries of a Service port that has one, with their ports.
    pub dropped: Vec<(PortKey, Port)>,
    /// Markers of conflicts were there.
    pub conflict: bool,
}

/// An entry that got another port.
#[derive(Debug, PartialEq, Eq)]
pub struct Moved {
    /// Whose.
    pub key: PortKey,
    /// The port that it had.
    pub from: Port,
    /// The port that it has now.
    pub to: Port,
    /// Who keeps the port.
    pub keeper: PortKey,
    /// The keeper is older, as opposed to the first by name.
    pub is_newer: bool,
}

/// Why nothing can be repaired.
#[derive(Debug)]
pub enum Unrepairable {
    /// These lines are no entries, and nobody knows what they were to say.
    Wrong(Vec<Finding>),
    /// No port of the pool is left.
    Exhausted,
}

/// An entry, as one of the two sides has it.
struct Stated {
    key: PortKey,
    entry: Entry,
    age: Age,
}

/// Repairs a lock. `age` tells how old the entry of a line (from 1) is; `taken` are ports that are not handed out.
pub fn repair(
    sources: &Sources,
    file: FileId,
    pool: PortRange,
    taken: &BTreeSet<Port>,
    age: &dyn Fn(u32, &PortKey, Port) -> Age,
) -> Result<Repaired, Unrepairable> {
    let mut repaired = Repaired::default();
    repaired.lock.file = Some(file);
    let stated = stated(sources, file, age, &mut repaired)?;
    let mut never: BTreeSet<Port> = stated.iter().map(|one| one.entry.port).collect();
    never.extend(taken);
    let kept = once_each(stated, &mut repaired.dropped);

    let mut by_port: BTreeMap<Port, Vec<&Stated>> = BTreeMap::new();
    for one in kept.values().filter(|one| !one.entry.released) {
        by_port.entry(one.entry.port).or_default().push(one);
    }
    let mut losers: BTreeMap<&PortKey, (&Stated, bool)> = BTreeMap::new();
    for same in by_port.values_mut().filter(|same| same.len() > 1) {
        // The order of keys is that of the map, and stays among those of one age.
        same.sort_by_key(|one| one.age);
        let keeper = same[0];
        let others = same.iter().skip(1);
        losers.extend(others.map(|one| (&one.key, (keeper, keeper.age < one.age))));
    }
    let mut free = pool.ports().filter(|port| !never.contains(port));
    let mut lock = Lock {
        entries: kept
            .iter()
            .map(|(key, one)| (key.clone(), one.entry))
            .collect(),
        ..repaired.lock
    };
    for (key, (keeper, is_newer)) in losers {
        let to = free.next().ok_or(Unrepairable::Exhausted)?;
        let entry = Entry {
            port: to,
            released: false,
            origin: None,
        };
        lock.entries.insert(key.clone(), entry);
        repaired.moved.push(Moved {
            key: key.clone(),
            from: keeper.entry.port,
            to,
            keeper: keeper.key.clone(),
            is_newer,
        });
    }
    let live: BTreeSet<Port> = by_port.into_keys().collect();
    lock.entries
        .retain(|_, entry| !entry.released || !live.contains(&entry.port));
    repaired.lock = lock;
    Ok(repaired)
}

/// The entries of both sides. What was there before both is on one of them, unless both took it away.
fn stated(
    sources: &Sources,
    file: FileId,
    age: &dyn Fn(u32, &PortKey, Port) -> Age,
    repaired: &mut Repaired,
) -> Result<Vec<Stated>, Unrepairable> {
    let (mut stated, mut wrong, mut before) = (Vec::new(), Vec::new(), false);
    for line in lines(&sources.file(file).text) {
        match line.content {
            Content::Marker(marker) => {
                before = marker == Marker::Before;
                repaired.conflict = true;
            }
            _ if before => {}
            Content::Blank => {}
            Content::Comment(comment) => {
                if stated.is_empty() && !repaired.lock.head.iter().any(|known| known == comment) {
                    repaired.lock.keep(comment);
                }
            }
            Content::Wrong(it) => {
                let origin = Origin::new(file, it.range);
                wrong.push(say::wrong(it.message).at(origin));
            }
            Content::Entry {
                key,
                port,
                released,
            } => stated.push(Stated {
                age: age(line.number, &key, port),
                key,
                entry: Entry {
                    port,
                    released,
                    origin: Some(Origin::new(file, line.range)),
                },
            }),
        }
    }
    if wrong.is_empty() {
        Ok(stated)
    } else {
        Err(Unrepairable::Wrong(wrong))
    }
}

/// One entry for each Service port. A side that has the Service knows more than one that has released its port; among others the
/// older entry stays.
fn once_each(stated: Vec<Stated>, dropped: &mut Vec<(PortKey, Port)>) -> BTreeMap<PortKey, Stated> {
    let mut kept: BTreeMap<PortKey, Stated> = BTreeMap::new();
    for one in stated {
        let Some(known) = kept.get_mut(&one.key) else {
            kept.insert(one.key.clone(), one);
            continue;
        };
        let rank = |one: &Stated| (one.entry.released, one.age);
        let other = if rank(&one) < rank(known) {
            std::mem::replace(known, one)
        } else {
            one
        };
        if other.entry.port != known.entry.port {
            dropped.push((other.key, other.entry.port));
        }
    }
    kept
}
