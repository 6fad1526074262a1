//! What of a request is logged.

use super::context::{Context, Said};
use super::registry::Family;
use crate::ir::Policy;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "capture",
    title: "Captures",
    specs: &[],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {}

/// Puts them into the policy.
pub(super) fn finish(_: &super::Draft, _: &Context<'_>, _: &mut Policy, _: &mut Said) {}
