//! Rate limits.

/// How often a client may ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RateLimit {}
