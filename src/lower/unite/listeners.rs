//! TCP listeners of several clusters into one each: a Service port that several expose has one port, and the servers of all of them.

use std::collections::BTreeMap;

use super::Rank;
use super::backends::Backends;
use crate::finding::Finding;
use crate::ir::{PortKey, Routing, Target, TcpListener};

/// Unites those that stand for one Service port; what the first cluster says holds.
pub(super) fn unite(
    listeners: Vec<(Rank, TcpListener)>,
    backends: &mut Backends<'_>,
    routing: &mut Routing,
) -> Vec<Finding> {
    let mut by_key: BTreeMap<PortKey, Vec<(Rank, TcpListener)>> = BTreeMap::new();
    let mut others = Vec::new();
    for (rank, listener) in listeners {
        match listener.key.clone() {
            Some(key) => by_key.entry(key).or_default().push((rank, listener)),
            None => others.push(vec![(rank, listener)]),
        }
    }
    for same in by_key.into_values().chain(others) {
        let ranks: Vec<Rank> = same.iter().map(|(rank, _)| *rank).collect();
        let Some((_, mut first)) = same.into_iter().next() else {
            continue;
        };
        for target in first.targets_mut() {
            if let Target::Backend(name) = target {
                let united = backends.unite(name, ranks.clone());
                *target = united.map_or(Target::Closed, Target::Backend);
            }
        }
        routing.tcp.push(first);
    }
    Vec::new()
}
