//! Group 2: names of objects, and the objects.

mod app_protocol_unsupported;
mod cross_namespace_secret;
mod duplicate_server;
mod endpoints_differ_from_slices;
mod endpoints_not_ready;
mod endpoints_unresolved;
mod endpointslice_port_mismatch;
mod external_name_in_clear;
mod external_name_without_port;
mod include_unknown_backend;
mod invalid_endpoints_annotation;
mod invalid_inventory;
mod inventory_cluster_name;
mod inventory_unknown_service;
mod inventory_unused_entry;
mod mixed_health_checks;
mod mixed_weights;
mod named_target_port_unresolved;
mod no_endpoints;
mod node_port_not_pinned;
mod node_unusable;
mod order_unknown_service;
mod orphan_slice;
mod port_protocol_not_tcp;
mod secret_missing_keys;
mod secret_not_found;
mod selectorless_without_slice;
mod service_not_found;
mod service_port_not_found;
mod session_affinity_lost;
mod unreferenced_object;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &service_not_found::LINT,
    &service_port_not_found::LINT,
    &named_target_port_unresolved::LINT,
    &no_endpoints::LINT,
    &endpointslice_port_mismatch::LINT,
    &selectorless_without_slice::LINT,
    &endpoints_not_ready::LINT,
    &secret_not_found::LINT,
    &secret_missing_keys::LINT,
    &cross_namespace_secret::LINT,
    &unreferenced_object::LINT,
    &port_protocol_not_tcp::LINT,
    &app_protocol_unsupported::LINT,
    &external_name_without_port::LINT,
    &orphan_slice::LINT,
    &endpoints_differ_from_slices::LINT,
    &endpoints_unresolved::LINT,
    &node_port_not_pinned::LINT,
    &invalid_inventory::LINT,
    &inventory_unknown_service::LINT,
    &inventory_unused_entry::LINT,
    &node_unusable::LINT,
    &duplicate_server::LINT,
    &session_affinity_lost::LINT,
    &mixed_health_checks::LINT,
    &invalid_endpoints_annotation::LINT,
    &external_name_in_clear::LINT,
    &include_unknown_backend::LINT,
    &mixed_weights::LINT,
    &inventory_cluster_name::LINT,
    &order_unknown_service::LINT,
];
