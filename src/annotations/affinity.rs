//! Which clients stay with their server.

use super::context::{Context, Said};
use super::registry::Family;
use crate::ir::Policy;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "affinity",
    title: "Affinity",
    specs: &[],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {}

/// Puts them into the policy.
pub(super) fn finish(_: &super::Draft, _: &Context<'_>, _: &mut Policy, _: &mut Said) {}
