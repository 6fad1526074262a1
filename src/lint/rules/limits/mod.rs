//! Group 8: limits, and what costs more than it seems.

mod health_check_missing;
mod stale_endpoints;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[&health_check_missing::LINT, &stale_endpoints::LINT];
