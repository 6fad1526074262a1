//! The lock: a line for each Service port that has a port.
//!
//! ```text
//! db/orders:5432: 26000
//! db/users:5432: 26001 released
//! ```
//!
//! It is YAML, sorted, with an entry a line, so that two branches that add entries at different places merge by themselves.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::ir::{Port, PortKey};
use crate::source::Origin;

/// Who has which port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// By Service port.
    pub entries: BTreeMap<PortKey, Entry>,
}

/// The port of a Service port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The port.
    pub port: Port,
    /// The Service is gone; its port is kept for as long as there are others.
    pub released: bool,
    /// Its line; `None` for a new one.
    pub origin: Option<Origin>,
}

impl Lock {
    /// The file.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (key, entry) in &self.entries {
            let released = if entry.released { " released" } else { "" };
            let _ = writeln!(text, "{key}: {}{released}", entry.port);
        }
        text
    }
}
