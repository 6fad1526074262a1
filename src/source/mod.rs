//! Manifests in: which files, what is in them, and where in them everything stands.
//!
//! In: paths, globs, stdin. Out: [`Sources`] (normalised text) and [`Document`]s (where each begins and ends).
//! Only `collect`, `walk`, `fence`, `read` and `git` touch the machine; everything else is pure.

#[cfg(test)]
mod agreement;
mod build;
mod collect;
mod columns;
mod documents;
mod edit;
mod events;
mod fence;
mod file;
mod git;
mod inputs;
mod lines;
mod normalise;
mod origin;
mod read;
mod regular;
mod scalar;
mod screen;
mod template;
mod tree;
mod unreadable;
mod walk;

pub use collect::{collect, collect_into, from_bytes, read_file, read_kept_file};
pub use documents::{Document, MAX_DOCUMENT_BYTES, documents, documents_of};
pub use edit::{double_quoted, entry, entry_before};
pub use events::{Context, ScanError};
pub use file::{File, FileKind, Position, Sources};
pub use git::{GitError, Revision, from_prefix};
pub use inputs::{CollectError, Inputs};
pub use origin::{FileId, Origin, Sourced};
pub use read::MAX_FILE_BYTES;
#[cfg(test)]
pub(crate) use read::is_our_report;
pub use regular::{open_regular, read_regular};
pub use scalar::{Resolved, resolve};
pub use template::{template_help, template_marker};
pub use tree::{MAX_DEPTH, MAX_NODES, Node, Tree};
pub use unreadable::unreadable;
pub use walk::{absolute, absolute_glob, working_folder};
