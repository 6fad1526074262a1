//! Affinity: which clients stay with their server.

/// Which clients stay with their server.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Affinity {}
