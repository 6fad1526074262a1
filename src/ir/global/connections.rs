//! QUIC and keep-alive.

/// QUIC and keep-alive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connections {
    /// Whether connections live on after a response; `None`: as HAProxy does without being told.
    pub mode: Option<ConnectionMode>,
    /// Offers HTTP/3 beside HTTPS: for how many seconds a browser may remember that it is there (`ma` of RFC 7838).
    pub alt_svc: Option<u32>,
}

/// What becomes of a connection after a response (manual: section 4, `option http-keep-alive`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConnectionMode {
    /// Both sides stay open for the next request.
    KeepAlive,
    /// That of the server is closed, that of the client stays open.
    ServerClose,
    /// Both are closed.
    Close,
}

impl ConnectionMode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::KeepAlive, Self::ServerClose, Self::Close];

    /// As HAProxy calls the option.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeepAlive => "http-keep-alive",
            Self::ServerClose => "http-server-close",
            Self::Close => "httpclose",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == text)
    }
}
