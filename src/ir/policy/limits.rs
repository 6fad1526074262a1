//! Limits: how much a server is given.

/// How much a server is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limits {}
