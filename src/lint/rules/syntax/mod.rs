//! Group 0: text that cannot be read, or is not read as it looks.

mod anchor_alias;
mod api_error_as_input;
mod duplicate_key;
mod empty_document;
mod encrypted_input;
mod input_too_large;
mod merge_conflict_marker;
mod not_a_kubernetes_object;
mod not_utf8;
mod tab_indentation;
mod unquoted_annotation_value;
mod unread_path;
mod unrendered_template;
mod yaml11_number;
mod yaml11_truthy;
mod yaml_parse_error;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &yaml_parse_error::LINT,
    &duplicate_key::LINT,
    &unquoted_annotation_value::LINT,
    &yaml11_truthy::LINT,
    &unrendered_template::LINT,
    &merge_conflict_marker::LINT,
    &anchor_alias::LINT,
    &empty_document::LINT,
    &input_too_large::LINT,
    &not_utf8::LINT,
    &tab_indentation::LINT,
    &encrypted_input::LINT,
    &not_a_kubernetes_object::LINT,
    &api_error_as_input::LINT,
    &yaml11_number::LINT,
    &unread_path::LINT,
];
