//! Group 9: matters of taste, and suppressions.

mod redundant_annotation;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[&redundant_annotation::LINT];
