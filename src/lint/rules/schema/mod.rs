//! Group 1: what the API server would refuse.

mod backend_shape;
mod class_mismatch;
mod class_missing;
mod cluster_scoped_namespace;
mod deprecated_class_annotation;
mod duplicate_object;
mod invalid_data;
mod invalid_endpoints;
mod invalid_host;
mod invalid_ingress_class;
mod invalid_metadata;
mod invalid_path;
mod invalid_service;
mod invalid_tls_entry;
mod missing_namespace;
mod missing_path_type;
mod missing_required_field;
mod no_rules_no_default;
mod removed_api_version;
mod resource_backend_unsupported;
mod several_default_classes;
mod skipped_directory;
mod unknown_field;
mod unknown_path_type;
mod unsupported_kind;
mod v1_with_v1beta1_body;
mod wrong_type;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &unknown_field::LINT,
    &wrong_type::LINT,
    &removed_api_version::LINT,
    &missing_path_type::LINT,
    &invalid_path::LINT,
    &invalid_host::LINT,
    &backend_shape::LINT,
    &no_rules_no_default::LINT,
    &class_mismatch::LINT,
    &class_missing::LINT,
    &duplicate_object::LINT,
    &missing_namespace::LINT,
    &unsupported_kind::LINT,
    &resource_backend_unsupported::LINT,
    &invalid_metadata::LINT,
    &invalid_service::LINT,
    &invalid_endpoints::LINT,
    &invalid_ingress_class::LINT,
    &invalid_tls_entry::LINT,
    &missing_required_field::LINT,
    &several_default_classes::LINT,
    &invalid_data::LINT,
    &unknown_path_type::LINT,
    &v1_with_v1beta1_body::LINT,
    &cluster_scoped_namespace::LINT,
    &deprecated_class_annotation::LINT,
    &skipped_directory::LINT,
];
