//! Group 9: matters of taste, and suppressions.

mod redundant_annotation;
mod suppression_expired;
mod suppression_refused;
mod unknown_suppression;
mod unused_suppression;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &redundant_annotation::LINT,
    &unused_suppression::LINT,
    &suppression_expired::LINT,
    &suppression_refused::LINT,
    &unknown_suppression::LINT,
];
