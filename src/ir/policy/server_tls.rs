//! How servers are spoken to: TLS, protocol, PROXY header.

/// How servers are spoken to.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerTls {}
