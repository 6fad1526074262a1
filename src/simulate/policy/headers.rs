//! Headers that are set on the way.

use super::flight::{Flight, Reply};
use crate::ir::Policy;

/// What it does with a request.
pub(super) fn request(_: &Policy, _: &mut Flight<'_>) -> Option<Reply> {
    None
}

/// What it does with responses; `reply` is HAProxy's own.
pub(super) fn response(_: &Policy, _: &mut Flight<'_>, _: Option<&Reply>) {}
