//! Services that ask for another port than the lock gives them, and cannot have it.
//!
//! In: who has which port, and which one it asks for. Out: who stays where it is. Several may move at once, each to the port that the
//! next one leaves; where one of them cannot leave, the one that follows it cannot move either, and so on.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Port, PortKey};

/// What a Service port asks for.
pub(super) struct Wish<'k> {
    pub(super) key: &'k PortKey,
    /// The port that the lock gives it.
    pub(super) has: Option<Port>,
    pub(super) wants: Port,
    /// Somebody who does not move has what it asks for.
    pub(super) is_taken: bool,
}

/// Those that have a port and do not get the one that they ask for. `wishes` come with the strongest first: of several for one port, it
/// is the first that may get it.
pub(super) fn stuck<'k>(wishes: impl IntoIterator<Item = Wish<'k>>) -> BTreeSet<&'k PortKey> {
    let mut first: BTreeMap<Port, Wish<'k>> = BTreeMap::new();
    let mut fail: Vec<Wish<'k>> = Vec::new();
    for wish in wishes {
        if wish.is_taken || first.contains_key(&wish.wants) {
            fail.push(wish);
        } else {
            first.insert(wish.wants, wish);
        }
    }
    let mut stuck = BTreeSet::new();
    while let Some(wish) = fail.pop() {
        let Some(port) = wish.has else { continue };
        stuck.insert(wish.key);
        fail.extend(first.remove(&port));
    }
    stuck
}
