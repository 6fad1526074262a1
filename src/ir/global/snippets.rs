//! Raw lines for sections other than backends.

use crate::ir::RawLine;

/// Raw lines for sections other than backends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlobalSnippets {
    /// At the end of `global`.
    pub global: Vec<RawLine>,
    /// In the frontend, after the rules of our own.
    pub frontend: Vec<RawLine>,
    /// In the frontend of statistics and metrics.
    pub stats: Vec<RawLine>,
}
