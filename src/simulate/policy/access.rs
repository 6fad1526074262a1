//! Who may ask.

use super::flight::{Flight, Reply};
use crate::ir::Policy;

/// What it does with a request.
pub(super) fn request(_: &Policy, _: &mut Flight<'_>) -> Option<Reply> {
    None
}
