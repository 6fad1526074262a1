//! The values of the keys that count for a route, before anybody asks whether they go together.

use super::{
    access, affinity, auth, balance, capture, client_tls, connections, cors, headers, health,
    limits, logging, process, proxy_protocol, rate_limit, redirect, resources, rewrite, routing,
    server_tls, tcp, tcp_ingress, tcp_tls, timeouts,
};

/// One part a family. Each value remembers where it was written.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, clippy::missing_docs_in_private_items)]
pub(crate) struct Draft {
    pub(super) access: access::Draft,
    pub(super) affinity: affinity::Draft,
    pub(super) auth: auth::Draft,
    pub(super) balance: balance::Draft,
    pub(super) capture: capture::Draft,
    pub(super) client_tls: client_tls::Draft,
    pub(super) connections: connections::Draft,
    pub(super) cors: cors::Draft,
    pub(super) headers: headers::Draft,
    pub(super) health: health::Draft,
    pub(super) limits: limits::Draft,
    pub(super) logging: logging::Draft,
    pub(super) process: process::Draft,
    pub(super) proxy_protocol: proxy_protocol::Draft,
    pub(super) rate_limit: rate_limit::Draft,
    pub(super) redirect: redirect::Draft,
    pub(super) resources: resources::Draft,
    pub(super) rewrite: rewrite::Draft,
    pub(super) routing: routing::Draft,
    pub(super) server_tls: server_tls::Draft,
    pub(super) tcp: tcp::Draft,
    pub(super) tcp_tls: tcp_tls::Draft,
    pub(super) tcp_ingress: tcp_ingress::Draft,
    pub(super) timeouts: timeouts::Draft,
}
