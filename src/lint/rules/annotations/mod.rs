//! Group 6: annotations and the keys of ConfigMaps.

mod boolean_spelling;
mod configmap_unknown_key;
mod conflicting_annotations;
mod deprecated_annotation;
mod duration_without_unit;
mod ineffective_annotation;
mod invalid_value;
mod misplaced_annotation;
mod multi_unit_duration;
mod named_object_not_found;
mod out_of_range;
mod unknown_annotation;
mod unnamed_config_map;
mod whitespace_list;
mod wrong_prefix;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &unknown_annotation::LINT,
    &misplaced_annotation::LINT,
    &invalid_value::LINT,
    &deprecated_annotation::LINT,
    &ineffective_annotation::LINT,
    &wrong_prefix::LINT,
    &conflicting_annotations::LINT,
    &duration_without_unit::LINT,
    &out_of_range::LINT,
    &multi_unit_duration::LINT,
    &whitespace_list::LINT,
    &configmap_unknown_key::LINT,
    &boolean_spelling::LINT,
    &named_object_not_found::LINT,
    &unnamed_config_map::LINT,
];
