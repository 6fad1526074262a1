//! How long is waited, for all connections.

/// How long is waited, for all connections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlobalTimeouts {}
