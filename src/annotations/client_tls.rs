//! How clients are spoken to over TLS.

use super::context::{Context, Said};
use super::registry::Family;
use crate::ir::Global;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "client-tls",
    title: "TLS to clients",
    specs: &[],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(_: &super::Draft, _: &Context<'_>, _: &mut Global, _: &mut Said) {}
