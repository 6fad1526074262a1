//! Manifests in: which files, what is in them, and where in them everything stands.
//!
//! In: paths, globs, stdin. Out: [`Sources`] (normalised text) and [`Document`]s (where each begins and ends).
//! Only `collect` and `file::read` touch the machine; everything else is pure.

mod events;
mod file;
mod origin;
mod scalar;
mod tree;

pub use events::ScanError;
pub use file::{File, Position, Sources};
pub use origin::{FileId, Origin, Sourced};
pub use scalar::{Resolved, resolve};
pub use tree::{MAX_DEPTH, MAX_NODES, Node, Tree};

/// One YAML document: bytes `start..end` of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// The file it stands in.
    pub file: FileId,
    /// First byte after the `---` line.
    pub start: u32,
    /// Where the next `---` line begins, or the end of the file.
    pub end: u32,
}
pub use crate::standin::source::{Inputs, collect, documents};
