//! Group 7: what differs between controllers and versions.

mod dialect_default_differs;
mod exported_noise;
mod haproxy_version_too_low;
mod implementation_specific_path;
mod unsupported_dialect_key;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &implementation_specific_path::LINT,
    &unsupported_dialect_key::LINT,
    &dialect_default_differs::LINT,
    &haproxy_version_too_low::LINT,
    &exported_noise::LINT,
];
