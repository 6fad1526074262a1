//! Group 3: which request goes where.

mod acme_path_blocked;
mod backend_annotation_conflict;
mod backup_takes_part;
mod cluster_conflict;
mod cut_by_reload;
mod default_backend_conflict;
mod default_backend_scope;
mod duplicate_route;
mod ephemeral_port;
mod exact_and_prefix_same_path;
mod hostless_rule_precedence;
mod invalid_port_lock;
mod invalid_tcp_service;
mod label_too_long;
mod nothing_selected;
mod port_allocated_twice;
mod port_conflict;
mod port_lock_stale;
mod port_outside_pool;
mod port_pool_exhausted;
mod port_spread_over_clusters;
mod port_withheld;
mod prefix_not_substring;
mod redirect_loop;
mod redundant_route;
mod regex_in_plain_path;
mod rewrite_loses_path;
mod rule_without_paths;
mod tcp_service_with_path;
mod trailing_slash_prefix;
mod udp_port;
mod unmatchable_path;
mod unreachable_path;
mod wildcard_depth;
mod wildcard_shadowing;

use crate::lint::rule::Lint;

/// The rules of this group, by number.
pub(super) static RULES: &[&Lint] = &[
    &duplicate_route::LINT,
    &unreachable_path::LINT,
    &exact_and_prefix_same_path::LINT,
    &prefix_not_substring::LINT,
    &trailing_slash_prefix::LINT,
    &hostless_rule_precedence::LINT,
    &wildcard_shadowing::LINT,
    &wildcard_depth::LINT,
    &default_backend_conflict::LINT,
    &backend_annotation_conflict::LINT,
    &redirect_loop::LINT,
    &rewrite_loses_path::LINT,
    &regex_in_plain_path::LINT,
    &acme_path_blocked::LINT,
    &redundant_route::LINT,
    &port_conflict::LINT,
    &unmatchable_path::LINT,
    &rule_without_paths::LINT,
    &nothing_selected::LINT,
    &default_backend_scope::LINT,
    &label_too_long::LINT,
    &cluster_conflict::LINT,
    &backup_takes_part::LINT,
    &port_pool_exhausted::LINT,
    &port_outside_pool::LINT,
    &port_lock_stale::LINT,
    &invalid_port_lock::LINT,
    &port_allocated_twice::LINT,
    &udp_port::LINT,
    &invalid_tcp_service::LINT,
    &tcp_service_with_path::LINT,
    &ephemeral_port::LINT,
    &cut_by_reload::LINT,
    &port_spread_over_clusters::LINT,
    &port_withheld::LINT,
];
