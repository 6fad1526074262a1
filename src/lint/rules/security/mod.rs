//! Group 5: what attackers look for.

mod auth_fails_open;
mod auth_path_gap;
mod catch_all_host;
mod client_ip_untrusted;
mod config_snippet;
mod cors_wildcard_credentials;
mod external_ips;
mod external_name_service;
mod forbidden_annotation;
mod foreign_secret;
mod format_expression_in_value;
mod host_header_spoof;
mod host_not_allowed;
mod injection_characters;
mod internal_target;
mod no_strict_sni;
mod open_redirect;
mod origin_regex_unanchored;
mod path_not_normalised;
mod plaintext_secret;
mod required_annotation_missing;
mod secret_in_output;
mod security_key_typo;
mod source_range_invalid;
mod source_range_open;
mod stats_exposed;
mod weak_password_hash;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &config_snippet::LINT,
    &injection_characters::LINT,
    &auth_fails_open::LINT,
    &security_key_typo::LINT,
    &auth_path_gap::LINT,
    &external_name_service::LINT,
    &internal_target::LINT,
    &source_range_invalid::LINT,
    &source_range_open::LINT,
    &client_ip_untrusted::LINT,
    &cors_wildcard_credentials::LINT,
    &origin_regex_unanchored::LINT,
    &host_header_spoof::LINT,
    &path_not_normalised::LINT,
    &open_redirect::LINT,
    &plaintext_secret::LINT,
    &weak_password_hash::LINT,
    &stats_exposed::LINT,
    &foreign_secret::LINT,
    &no_strict_sni::LINT,
    &catch_all_host::LINT,
    &format_expression_in_value::LINT,
    &external_ips::LINT,
    &secret_in_output::LINT,
    &host_not_allowed::LINT,
    &required_annotation_missing::LINT,
    &forbidden_annotation::LINT,
];
