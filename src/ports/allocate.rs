//! Ports for listeners.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::{Entry, Lock, Settings};
use crate::finding::Finding;
use crate::ir::{BindAddress, ListenerName, Port, Routing, Wanted};

/// Gives each listener its place: what the lock says, what is asked for, or the lowest port of the pool that nobody has.
pub fn allocate(routing: &mut Routing, settings: &Settings) -> (Lock, Vec<Finding>) {
    let mut lock = settings.lock.clone();
    let mut taken: BTreeSet<Port> = lock.entries.values().map(|entry| entry.port).collect();
    let pool = settings.pool();
    for listener in &mut routing.tcp {
        let known = listener.key.as_ref().and_then(|key| lock.entries.get(key));
        let port = match &listener.wanted {
            Wanted::Port(port) => Some(port.value),
            Wanted::Binds(binds) => {
                listener.binds = binds.iter().map(|bind| bind.value).collect();
                continue;
            }
            Wanted::Pool => known.map(|entry| entry.port).or_else(|| {
                let mut ports = pool?.ports();
                ports.find(|port| !taken.contains(port))
            }),
        };
        let Some(port) = port else {
            continue;
        };
        taken.insert(port);
        listener.name = ListenerName::of_port(port);
        listener.binds = match &settings.addresses[..] {
            [] => vec![BindAddress::Any(port)],
            some => some
                .iter()
                .map(|ip| BindAddress::One(SocketAddr::new(*ip, port.get())))
                .collect(),
        };
        if let Some(key) = &listener.key {
            let origin = known.and_then(|entry| entry.origin);
            let entry = Entry {
                port,
                released: false,
                origin,
            };
            lock.entries.insert(key.clone(), entry);
        }
    }
    (lock, Vec::new())
}
