//! Group 4: certificates and how connections are encrypted.

mod backend_tls_no_verify;
mod cert_expired;
mod cert_san_mismatch;
mod certificate_unusable;
mod chain_order;
mod client_certificate_bypassed;
mod empty_tls_secretname;
mod hsts_without_tls;
mod key_mismatch;
mod min_tls_version;
mod mtls_ca_missing;
mod passthrough_with_l7_annotation;
mod passthrough_with_paths;
mod redirect_without_tls;
mod rule_host_without_tls;
mod sni_collision;
mod tls_host_not_in_rules;
mod tls_port_without_certificate;
mod weak_key;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &certificate_unusable::LINT,
    &tls_host_not_in_rules::LINT,
    &rule_host_without_tls::LINT,
    &cert_san_mismatch::LINT,
    &cert_expired::LINT,
    &key_mismatch::LINT,
    &chain_order::LINT,
    &sni_collision::LINT,
    &weak_key::LINT,
    &empty_tls_secretname::LINT,
    &passthrough_with_paths::LINT,
    &passthrough_with_l7_annotation::LINT,
    &redirect_without_tls::LINT,
    &hsts_without_tls::LINT,
    &backend_tls_no_verify::LINT,
    &mtls_ca_missing::LINT,
    &min_tls_version::LINT,
    &client_certificate_bypassed::LINT,
    &tls_port_without_certificate::LINT,
];
