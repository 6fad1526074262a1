//! Custom resources that keys name.

use super::context::{Context, Said};
use super::registry::Family;
use crate::ir::{Global, Policy};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "resources",
    title: "Custom resources",
    specs: &[],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {}

/// Puts them into the policy.
pub(super) fn finish(_: &super::Draft, _: &Context<'_>, _: &mut Policy, _: &mut Said) {}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(_: &super::Draft, _: &Context<'_>, _: &mut Global, _: &mut Said) {}
