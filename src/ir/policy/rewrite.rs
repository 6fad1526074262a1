//! Rewriting of paths.

/// What the path becomes.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rewrites {}
