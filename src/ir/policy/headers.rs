//! Headers that are set on the way.

/// Headers that are set on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Headers {}
