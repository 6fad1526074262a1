//! In which order the resolvers are asked for a Service: its own, or that of the configuration.

use super::Ask;
use crate::finding::Finding;
use crate::ir::Resolver;

/// The Service's order.
pub(super) fn of(ask: &Ask<'_, '_>, _findings: &mut Vec<Finding>) -> Vec<Resolver> {
    let settings = ask.directory.settings;
    match settings.services.get(&ask.service.meta.name) {
        Some(order) => order.clone(),
        None => settings.order.clone(),
    }
}
