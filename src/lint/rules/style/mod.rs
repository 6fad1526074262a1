//! Group 9: matters of taste, and suppressions.

mod mergeable_ingresses;
mod redundant_annotation;
mod suppression_expired;
mod suppression_refused;
mod unknown_suppression;
mod unsorted_hosts;
mod unused_suppression;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &unsorted_hosts::LINT,
    &mergeable_ingresses::LINT,
    &redundant_annotation::LINT,
    &unused_suppression::LINT,
    &suppression_expired::LINT,
    &suppression_refused::LINT,
    &unknown_suppression::LINT,
];
