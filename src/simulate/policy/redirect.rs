//! What is answered with another address.

use super::flight::{Flight, Reply};
use crate::ir::Policy;

/// What it does with a request.
pub(super) fn https(_: &Policy, _: &mut Flight<'_>) -> Option<Reply> {
    None
}

/// What it does with a request.
pub(super) fn host(_: &Policy, _: &mut Flight<'_>) -> Option<Reply> {
    None
}
