//! Which port each exposed Service has, for good.
//!
//! In: the listeners of a routing, and the lock, a committed file that keeps who has which port. Out: the same listeners with their
//! places, and the lock as it has to be. What is in the lock stays: clients have it in their configuration.

mod allocate;
mod changes;
mod ephemeral;
mod lines;
mod lock;
mod moves;
mod read;
mod repair;
mod say;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{IpAddr, SocketAddr};

pub use allocate::{Allocation, Place, State, allocate};
pub use changes::{Became, Change, summary};
pub use lock::{Entry, Lock};
pub use repair::{Age, Because, Dropped, Known, Moved, Repaired, Unrepairable, repair};
pub use say::unreadable;

use crate::finding::{Finding, Levels, Severity};
use crate::ir::{BindAddress, Port, PortRange};
use crate::source::Origin;

/// `tcp.pool` where nothing is said.
pub const POOL: &str = "26000-26999";

/// `tcp.lock` where nothing is said.
pub const LOCK: &str = "ports.lock";

/// What the configuration decides, and the lock.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The ports to hand out; [`POOL`] where nothing is said.
    pub pool: Option<PortRange>,
    /// Where that is said.
    pub pool_origin: Option<Origin>,
    /// Where they are bound; empty: on every address.
    pub addresses: Vec<IpAddr>,
    /// What else this host listens on.
    pub taken: Vec<Taken>,
    /// The file of the lock, as seen from where the tool runs.
    pub file: String,
    /// The lock as it is.
    pub lock: Lock,
    /// What is said when it has to change.
    pub on_change: OnChange,
    /// What collecting the input left unknown.
    pub known: Certainty,
    /// What the configuration makes of findings: those that are errors leave something unknown.
    pub levels: Levels,
}

/// How much is known of who needs a port. The least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Certainty {
    /// Some input was not read, at whatever level that is told, or is not there. It may hold the Service that seems to be gone, and it may hold an
    /// object that names any port: nothing is released, and nobody gets a port that the lock does not have.
    Unread,
    /// There are errors. Each says which object it is about, and ports that objects name are known: nothing is released, and those
    /// ports are for nobody else.
    Doubtful,
    /// All that is there.
    #[default]
    All,
}

impl Certainty {
    /// What is known after a finding, with the severity that the configuration gives it.
    pub(crate) fn after(finding: &Finding, severity: Option<Severity>) -> Self {
        if finding.code.is_unread() {
            Self::Unread
        } else if severity == Some(Severity::Error) {
            Self::Doubtful
        } else {
            Self::All
        }
    }
}

/// What is said when the lock has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnChange {
    /// Nothing: whoever asked writes it, and tells that.
    #[default]
    Write,
    /// ING333 as a remark: this run writes nothing.
    Tell,
    /// ING333 as an error (`--locked`), and no port that the lock does not have is bound.
    Refuse,
}

/// A place that is not for exposed Services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Who has it.
    pub by: Taker,
    /// The place.
    pub bind: BindAddress,
    /// Where that is said; `None` for defaults.
    pub origin: Option<Origin>,
}

/// Who listens besides TCP services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taker {
    /// `listen.http`, which is bound where there are routes.
    Http,
    /// `listen.https`, which is bound where there are certificates, or TLS that is handed through.
    Https,
    /// `listen.metrics`.
    Metrics,
    /// A HAProxy host of `peers`, by its name.
    Peer(String),
    /// A `bind` of a file that is included.
    Fragment,
}

impl fmt::Display for Taker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http => f.write_str("the listener for HTTP"),
            Self::Https => f.write_str("the listener for HTTPS"),
            Self::Metrics => f.write_str("the listener for metrics"),
            Self::Peer(name) => write!(f, "the peer `{name}`"),
            Self::Fragment => f.write_str("a `bind` of an included file"),
        }
    }
}

impl Settings {
    /// The ports to hand out.
    pub fn pool(&self) -> Option<PortRange> {
        self.pool.or_else(|| PortRange::parse(POOL))
    }

    /// Where a port is bound.
    fn binds(&self, port: Port) -> Vec<BindAddress> {
        if self.addresses.is_empty() {
            return vec![BindAddress::Any(port)];
        }
        let one = |ip: &IpAddr| BindAddress::One(SocketAddr::new(*ip, port.get()));
        self.addresses.iter().map(one).collect()
    }
}
