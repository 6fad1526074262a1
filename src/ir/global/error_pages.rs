//! Answers of HAProxy's own in other words.

/// Answers of HAProxy's own in other words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorPages {}
