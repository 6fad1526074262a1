//! Health checks, as annotations want them.

/// How servers are checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checks {}
