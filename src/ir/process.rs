//! The HAProxy process and the host that it runs on: what no manifest says.

use std::fmt;
use std::net::SocketAddr;

use super::routing::BindAddress;

/// Everything about the process that the configuration of a host decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Process {
    /// Where it runs.
    pub layout: Layout,
    /// The socket of the Runtime API; `None` where the layout has no place for one and none is configured.
    pub admin: Option<SocketPath>,
    /// Where the statistics page and `/metrics` are served; empty switches them off.
    pub metrics: Vec<BindAddress>,
    /// The HAProxy hosts that share their stick tables, sorted by name.
    pub peers: Vec<Peer>,
}

/// Where HAProxy runs: user, group, chroot, log and sockets follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Layout {
    /// Anywhere, as whoever starts it.
    #[default]
    Portable,
    /// A host with Debian's package: its user, its chroot, its systemd unit.
    Debian,
    /// A container like the official image: no root, logs to stdout.
    Container,
}

impl Layout {
    /// All layouts.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Debian, Self::Container];

    /// As it is written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Debian => "debian",
            Self::Container => "container",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.name() == text)
    }

    /// The folder that a socket lies in when its path is relative. Portable bundles have none: what is relative there is relative
    /// to the folder that HAProxy is started in.
    pub fn run_directory(self) -> Option<&'static str> {
        match self {
            Self::Portable => None,
            Self::Debian => Some("/run/haproxy"),
            Self::Container => Some("/var/lib/haproxy"),
        }
    }

    /// The admin socket where none is configured.
    pub fn admin(self) -> Option<SocketPath> {
        let folder = self.run_directory()?;
        SocketPath::new(&format!("{folder}/admin.sock"))
    }
}

/// The path of a unix socket: letters, digits and `/._-+`, at most 100 bytes (`sun_path` has 108).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketPath(String);

impl SocketPath {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-' | b'+');
        ((1..=100).contains(&text.len()) && !text.ends_with('/') && text.bytes().all(legal))
            .then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SocketPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A HAProxy host that shares its stick tables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Peer {
    /// Its name: what `hostname` prints there, or what HAProxy is started with (`-L`).
    pub name: PeerName,
    /// Where the others reach it.
    pub address: SocketAddr,
}

/// The name of a peer: letters, digits and `.-_`, at most 63 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerName(String);

impl PeerName {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        ((1..=63).contains(&text.len()) && text.bytes().all(legal)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
