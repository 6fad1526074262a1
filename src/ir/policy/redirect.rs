//! Redirects.

/// What is answered with another address.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Redirects {}
