//! Captures: what of a request is logged.

/// What of a request is logged.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capture {}
