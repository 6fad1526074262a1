//! The resolver `inventory`: a file that lists servers by Service port.
//!
//! In: the file's text. Out: an [`Inventory`] and findings; later, the servers of a Service port, and what is left over.

use super::{Answer, Ask, Directory};
use crate::finding::Finding;
use crate::source::{FileId, Sources};

/// The servers of some Service ports.
#[derive(Debug, Clone, Default)]
pub struct Inventory {}

impl Inventory {
    /// Reads a file. Entries that name no server are left out and reported.
    pub fn read(_sources: &Sources, _file: FileId) -> (Self, Vec<Finding>) {
        (Self::default(), Vec::new())
    }
}

pub(super) fn answer(_ask: &Ask<'_, '_>, _findings: &mut Vec<Finding>) -> Answer {
    Answer::Lacking("there is no inventory".to_owned())
}

/// Entries that name nothing, or that nobody asked for.
pub(super) fn left_over(_directory: &Directory<'_>, _findings: &mut Vec<Finding>) {}
