//! Raw lines for sections other than backends.

/// Raw lines for sections other than backends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlobalSnippets {}
