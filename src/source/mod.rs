//! Manifests in: which files, what is in them, and where in them everything stands.
//!
//! In: paths, globs, stdin. Out: [`Sources`] (normalised text) and [`Document`]s (where each begins and ends).
//! Only `collect` touches the machine; everything else is pure.

mod build;
mod collect;
mod documents;
mod events;
mod file;
mod lines;
mod normalise;
mod origin;
mod scalar;
mod screen;
mod template;
mod tree;
mod unreadable;
mod walk;

pub use collect::{CollectError, Inputs, MAX_FILE_BYTES, collect};
pub use documents::{Document, MAX_DOCUMENT_BYTES, documents};
pub use events::{Context, ScanError};
pub use file::{File, Position, Sources};
pub use origin::{FileId, Origin, Sourced};
pub use scalar::{Resolved, resolve};
pub use template::template_marker;
pub use tree::{MAX_DEPTH, MAX_NODES, Node, Tree};
pub use unreadable::unreadable;
