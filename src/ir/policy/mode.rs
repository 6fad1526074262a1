//! What HAProxy reads of the connections of a backend.

/// What is read of a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Requests.
    #[default]
    Http,
    /// The name in the TLS handshake: the bytes of TLS are handed through.
    Passthrough,
    /// Nothing: it is one of a TCP service.
    Tcp,
}

impl Mode {
    /// Whether somebody here sees requests.
    pub fn sees_requests(self) -> bool {
        self == Self::Http
    }
}
