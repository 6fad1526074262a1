//! A lock after a merge: both branches gave out the lowest free port, so that two Services may have one.
//!
//! In: the text with the entries of both sides, perhaps with git's markers between them, how old each entry is, and what the
//! manifests ask for as far as they can be read. Out: a lock in which the older entry keeps the port and the newer one has the
//! lowest free one. Clients of the older one know its port; the newer one is from a branch that has just been merged.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::lines::{Content, Marker, lines};
use super::lock::{Entry, Lock};
use super::say;
use crate::finding::Finding;
use crate::ir::{Port, PortKey, PortRange};
use crate::source::{FileId, Origin, Sources};

/// How old an entry is. The smaller, the older; two of one age tell nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// A revision that was named has it.
    InBase,
    /// It was committed at this second since 1970; what is not committed is the newest.
    At(i64),
    /// Nobody knows.
    Unknown,
}

/// What is known beside the lock.
#[derive(Debug, Default)]
pub struct Known {
    /// Ports that are not handed out: the host listens there for something else, or an object names them.
    pub taken: BTreeSet<Port>,
    /// The ports that annotations fix.
    pub fixed: BTreeMap<PortKey, Port>,
    /// The Service ports that are exposed; `None` unless all manifests could be read.
    pub exposed: Option<BTreeSet<PortKey>>,
}

/// The lock, and what had to be done.
#[derive(Debug, Default)]
pub struct Repaired {
    /// Without doubles.
    pub lock: Lock,
    /// Entries that got another port.
    pub moved: Vec<Moved>,
    /// Entries that are released from now on: the Service port has another one as well, or is not exposed.
    pub released: Vec<(PortKey, Port)>,
    /// Entries that are not there any more.
    pub dropped: Vec<Dropped>,
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
    /// Why that one does.
    pub because: Because,
}

/// Why one of two keeps a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The other one's Service is gone.
    Exposed,
    /// The revision that was named has it, and not the other one.
    InBase,
    /// It is older.
    Older,
    /// It is the first by name; which is older is not known.
    First,
}

/// An entry that is not there any more.
#[derive(Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Whose.
    pub key: PortKey,
    /// The port that was kept for it, or that it had.
    pub port: Port,
    /// Who has the port; the same Service port where one entry said that it has it, and one that it is released.
    pub holder: PortKey,
}

/// Why nothing can be repaired.
#[derive(Debug)]
pub enum Unrepairable {
    /// These lines are no entries, and nobody knows what they were to say.
    Wrong(Vec<Finding>),
    /// No port of the pool is left.
    Exhausted,
}

/// The entry of a port that a Service has, as one of the two sides states it.
struct Stated {
    key: PortKey,
    entry: Entry,
    age: Age,
}

/// All that the two sides state.
#[derive(Default)]
struct Sides {
    live: Vec<Stated>,
    released: BTreeMap<(PortKey, Port), Option<Origin>>,
}

/// Repairs a lock. `age` tells how old the entry of a line (from 1) is.
pub fn repair(
    sources: &Sources,
    file: FileId,
    pool: PortRange,
    known: &Known,
    age: &dyn Fn(u32, &PortKey, Port) -> Age,
) -> Result<Repaired, Unrepairable> {
    let mut repaired = Repaired::default();
    repaired.lock.file = Some(file);
    let mut sides = stated(sources, file, age, &mut repaired)?;
    let mut never = known.taken.clone();
    never.extend(known.fixed.values());
    never.extend(sides.live.iter().map(|one| one.entry.port));
    never.extend(sides.released.keys().map(|(_, port)| *port));
    let live = std::mem::take(&mut sides.live);
    let (kept, left) = once_each(live, known);
    let (losers, holders) = contested(&kept, known);

    let mut live: BTreeMap<PortKey, Entry> = kept
        .iter()
        .map(|(key, one)| (key.clone(), one.entry))
        .collect();
    let mut free = pool.ports().filter(|port| !never.contains(port));
    let mut had: BTreeSet<Port> = holders.keys().copied().collect();
    had.extend(&known.taken);
    for (key, (keeper, because)) in losers {
        // What an annotation fixes is where the next compile would move it.
        let fixed = known.fixed.get(key).filter(|port| !had.contains(port));
        let to = fixed.copied().or_else(|| free.next());
        let to = to.ok_or(Unrepairable::Exhausted)?;
        had.insert(to);
        let entry = Entry {
            port: to,
            origin: None,
        };
        live.insert(key.clone(), entry);
        repaired.moved.push(Moved {
            key: key.clone(),
            from: keeper.entry.port,
            to,
            keeper: keeper.key.clone(),
            because,
        });
    }
    let new: BTreeSet<(PortKey, Port)> = left.keys().cloned().collect();
    sides.released.extend(left);
    repaired.lock.live = live;
    settle_released(sides.released, &new, known, &mut repaired);
    Ok(repaired)
}

/// Who has to leave a port to whom, and who has which port.
type Contested<'k> = (
    BTreeMap<&'k PortKey, (&'k Stated, Because)>,
    BTreeMap<Port, &'k PortKey>,
);

fn contested<'k>(kept: &'k BTreeMap<PortKey, Stated>, known: &Known) -> Contested<'k> {
    let mut by_port: BTreeMap<Port, Vec<&Stated>> = BTreeMap::new();
    for one in kept.values() {
        by_port.entry(one.entry.port).or_default().push(one);
    }
    let gone = |one: &Stated| {
        let exposed = known.exposed.as_ref();
        exposed.is_some_and(|exposed| !exposed.contains(&one.key))
    };
    let (mut losers, mut holders) = (BTreeMap::new(), BTreeMap::new());
    for (port, mut same) in by_port {
        // The order of keys is that of the map, and stays among those of one age.
        same.sort_by_key(|one| (gone(one), one.age));
        let keeper = same[0];
        holders.insert(port, &keeper.key);
        losers.extend(same.into_iter().skip(1).map(|one| {
            let because = match keeper.age {
                _ if gone(one) && !gone(keeper) => Because::Exposed,
                age if age == one.age => Because::First,
                Age::InBase => Because::InBase,
                _ => Because::Older,
            };
            (&one.key, (keeper, because))
        }));
    }
    (losers, holders)
}

/// Released ports stay, unless somebody has them. `new`: those that a Service port leaves just now.
fn settle_released(
    released: BTreeMap<(PortKey, Port), Option<Origin>>,
    new: &BTreeSet<(PortKey, Port)>,
    known: &Known,
    repaired: &mut Repaired,
) {
    let live = &mut repaired.lock.live;
    if let Some(exposed) = &known.exposed {
        // Released on one side and had on the other: the manifests know which of the two came last.
        live.retain(|key, entry| {
            let place = (key.clone(), entry.port);
            let stays = exposed.contains(key) || !released.contains_key(&place);
            if !stays {
                repaired.released.push(place);
            }
            stays
        });
    }
    let holders: BTreeMap<Port, &PortKey> =
        live.iter().map(|(key, entry)| (entry.port, key)).collect();
    for ((key, port), line) in released {
        if let Some(&holder) = holders.get(&port) {
            let holder = holder.clone();
            repaired.dropped.push(Dropped { key, port, holder });
            continue;
        }
        let place = (key, port);
        if new.contains(&place) {
            repaired.released.push(place.clone());
        }
        repaired.lock.released.insert(place, line);
    }
}

/// The entries of both sides. What was there before both is on one of them, unless both took it away.
fn stated(
    sources: &Sources,
    file: FileId,
    age: &dyn Fn(u32, &PortKey, Port) -> Age,
    repaired: &mut Repaired,
) -> Result<Sides, Unrepairable> {
    let (mut sides, mut wrong, mut before) = (Sides::default(), Vec::new(), false);
    for line in lines(&sources.file(file).text) {
        match line.content {
            Content::Marker(marker) => {
                before = marker == Marker::Before;
                repaired.conflict = true;
            }
            _ if before => {}
            Content::Blank => {}
            Content::Comment(comment) => {
                let at_top = sides.live.is_empty() && sides.released.is_empty();
                if at_top && !repaired.lock.head.iter().any(|known| known == comment) {
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
            } => {
                let origin = Some(Origin::new(file, line.range));
                if released {
                    sides.released.insert((key, port), origin);
                    continue;
                }
                let age = age(line.number, &key, port);
                let entry = Entry { port, origin };
                sides.live.push(Stated { key, entry, age });
            }
        }
    }
    if wrong.is_empty() {
        Ok(sides)
    } else {
        Err(Unrepairable::Wrong(wrong))
    }
}

/// Ports that a Service port leaves, with their lines.
type Left = BTreeMap<(PortKey, Port), Option<Origin>>;

/// One port for each Service port: the one that its annotation fixes, or else the older one. The others are left.
fn once_each(stated: Vec<Stated>, known: &Known) -> (BTreeMap<PortKey, Stated>, Left) {
    let (mut kept, mut left): (BTreeMap<PortKey, Stated>, Left) = Default::default();
    for one in stated {
        let Some(first) = kept.get_mut(&one.key) else {
            kept.insert(one.key.clone(), one);
            continue;
        };
        let fixed = known.fixed.get(&one.key);
        let rank = |one: &Stated| (Reverse(fixed == Some(&one.entry.port)), one.age);
        let other = if rank(&one) < rank(first) {
            std::mem::replace(first, one)
        } else {
            one
        };
        if other.entry.port != first.entry.port {
            left.insert((other.key, other.entry.port), other.entry.origin);
        }
    }
    (kept, left)
}
