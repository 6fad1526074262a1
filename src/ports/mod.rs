//! Which port each exposed Service has, for good.
//!
//! In: the listeners of a routing, and the lock, a committed file that keeps who has which port. Out: the same listeners with their
//! places, and the lock as it has to be. What is in the lock stays: clients have it in their configuration.

mod allocate;
mod lock;

use std::net::IpAddr;

pub use allocate::allocate;
pub use lock::{Entry, Lock};

use crate::ir::{BindAddress, PortRange};
use crate::source::{Origin, Sourced};

/// `tcp.pool` where nothing is said.
pub const POOL: &str = "26000-26999";

/// `tcp.lock` where nothing is said.
pub const LOCK: &str = "ports.lock";

/// What the configuration decides, and the lock.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The ports to hand out, and where that is said; [`POOL`] where it is not.
    pub pool: Option<(PortRange, Origin)>,
    /// Where they are bound; empty: on every address.
    pub addresses: Vec<IpAddr>,
    /// Where metrics listen.
    pub metrics: Vec<Sourced<BindAddress>>,
    /// The lock as it is.
    pub lock: Lock,
    /// Whether the lock may not change (`--locked`).
    pub locked: bool,
}

impl Settings {
    /// The ports to hand out.
    pub fn pool(&self) -> Option<PortRange> {
        self.pool
            .map_or_else(|| PortRange::parse(POOL), |(pool, _)| Some(pool))
    }
}
