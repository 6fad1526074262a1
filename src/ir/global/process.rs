//! Connections, threads, the end of old processes.

/// Connections, threads, the end of old processes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessLimits {}
