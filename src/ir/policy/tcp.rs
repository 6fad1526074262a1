//! Connections of TCP services: what becomes of them when servers come and go.

/// What becomes of the connections of a TCP service.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TcpServers {
    /// `on-marked-down shutdown-sessions`: connections to a server that is found to be down are closed, so that clients connect again,
    /// to another one.
    pub shutdown_on_down: bool,
    /// `on-marked-up shutdown-backup-sessions`: connections to backup servers are closed once a server that is none is up again.
    pub shutdown_backups_on_up: bool,
}
