//! Raw lines.

use crate::ir::RawLine;

/// Raw lines for the backend, as far as the configuration allows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snippet {
    /// Those of the ConfigMap, then the Service's, then the Ingress's.
    pub lines: Vec<RawLine>,
}
