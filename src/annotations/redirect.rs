//! What is answered with another address.

use super::context::{Context, Said};
use super::registry::Family;
use crate::ir::Policy;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "redirect",
    title: "Redirects",
    specs: &[],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {}

/// Whether routes redirect although no annotation says so.
pub(super) fn needs_no_annotation(_: &super::Settings) -> bool {
    false
}

/// Puts them into the policy.
pub(super) fn finish(_: &super::Draft, _: &Context<'_>, _: &mut Policy, _: &mut Said) {}
