//! Ports that the kernel gives to outgoing connections, too.
//!
//! Linux takes the port of an outgoing connection from `net.ipv4.ip_local_port_range`, by default 32768 to 60999 (kernel documentation:
//! networking/ip-sysctl). While one has a port, nobody can listen there, and HAProxy, which connects to servers all day, does not start or
//! reload: not for that Service, and not for any other.

use std::collections::BTreeSet;

use super::{Settings, say};
use crate::finding::Finding;
use crate::ir::{Port, PortRange, TcpListener, Wanted};
use crate::source::Origin;

/// The range where nobody has changed it.
const RANGE: &str = "32768-60999";

/// One finding for the pool, and one for each port that is in the range and not in the pool.
pub(super) fn ephemeral(listeners: &[TcpListener], settings: &Settings) -> Vec<Finding> {
    let Some(range) = PortRange::parse(RANGE).filter(|_| !listeners.is_empty()) else {
        return Vec::new();
    };
    let pool = settings.pool();
    let of_pool = pool.zip(settings.pool_origin).and_then(|(pool, origin)| {
        let shared = range.shared(pool)?;
        Some(say::ephemeral_pool(pool, shared, range, origin))
    });
    let is_said = |port| pool.is_some_and(|pool| pool.contains(port));
    let bound = listeners.iter().filter(|listener| listener.is_bound());
    let alone = bound.flat_map(|listener| {
        let ports = listener
            .binds
            .iter()
            .filter_map(|bind| Port::new(bind.port()));
        let ports: BTreeSet<Port> = ports
            .filter(|port| range.contains(*port) && !is_said(*port))
            .collect();
        let said = ports.into_iter().map(move |port| {
            say::ephemeral_port(listener, port, range, origin(listener, port, settings))
        });
        said.collect::<Vec<_>>()
    });
    of_pool.into_iter().chain(alone).collect()
}

/// Where a port of a listener is said: in a manifest, or in the lock.
fn origin(listener: &TcpListener, port: Port, settings: &Settings) -> Origin {
    match &listener.wanted {
        Wanted::Port(said) => said.origin,
        Wanted::Binds(binds) => {
            let mut binds = binds.iter();
            let bind = binds.find(|bind| bind.value.port() == port.get());
            bind.map_or(listener.origin, |bind| bind.origin)
        }
        Wanted::Pool => {
            let lock = &settings.lock;
            let line = listener.key.as_ref().and_then(|key| {
                let live = lock.live.get(key).map(|entry| (entry.port, entry.origin));
                let mut lines = live.into_iter().chain(lock.former(key));
                lines.find(|(known, _)| *known == port)?.1
            });
            line.unwrap_or(listener.origin)
        }
    }
}
