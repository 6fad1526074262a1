//! PROXY protocol, QUIC and keep-alive.

/// PROXY protocol, QUIC and keep-alive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connections {}
