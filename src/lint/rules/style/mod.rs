//! Group 9: matters of taste, and suppressions.

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[];
