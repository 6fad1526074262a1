//! All rules: one file each, by group.

mod annotations;
mod limits;
mod portability;
mod references;
mod routing;
mod schema;
mod security;
mod style;
mod syntax;
mod tls;

use super::rule::Lint;

/// The groups, by the first digit of their codes.
pub(super) static GROUPS: [&[&Lint]; 10] = [
    syntax::RULES,
    schema::RULES,
    references::RULES,
    routing::RULES,
    tls::RULES,
    security::RULES,
    annotations::RULES,
    portability::RULES,
    limits::RULES,
    style::RULES,
];
