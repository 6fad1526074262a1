//! Raw lines.

/// Raw lines for the backend, as far as the configuration allows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snippet {}
