//! Group 8: limits, and what costs more than it seems.

mod catastrophic_regex;
mod duplicate_cert_load;
mod health_check_missing;
mod line_limit;
mod rate_limit_per_process;
mod stale_endpoints;
mod timeout_inversion;
mod very_large_ingress;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &line_limit::LINT,
    &catastrophic_regex::LINT,
    &rate_limit_per_process::LINT,
    &timeout_inversion::LINT,
    &health_check_missing::LINT,
    &stale_endpoints::LINT,
    &duplicate_cert_load::LINT,
    &very_large_ingress::LINT,
];
