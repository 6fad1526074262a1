//! Why there is no live HAProxy.

use std::fmt;

/// Why there is no live HAProxy, in words for people.
#[derive(Debug)]
pub enum LiveError {
    /// The user can change it: the binary is not there, or this is not Linux.
    Usage(String),
    /// It was refused: by HAProxy, in several lines perhaps, or by the machine.
    Fault(String),
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Fault(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for LiveError {}
