//! Balancing: which server is taken.

/// Which server is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Balancing {}
