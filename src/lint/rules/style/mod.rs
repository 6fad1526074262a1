//! Group 9: matters of taste, and suppressions.

mod mergeable_ingresses;
mod redundant_annotation;
mod unsorted_hosts;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &unsorted_hosts::LINT,
    &mergeable_ingresses::LINT,
    &redundant_annotation::LINT,
];
