//! How long is waited, for all connections.

use super::super::policy::Millis;

/// How long is waited, for all connections. What is `None` is left to ingressc. `timeout server` is a matter of routes:
/// [`Timeouts`](crate::ir::policy::Timeouts).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlobalTimeouts {
    /// `timeout connect`: for a server to accept a connection.
    pub connect: Option<Millis>,
    /// `timeout client`: how long a client may stay silent.
    pub client: Option<Millis>,
    /// `timeout client-fin`: the same once one side has closed.
    pub client_fin: Option<Millis>,
    /// `timeout server-fin`: how long a server may stay silent once one side has closed.
    pub server_fin: Option<Millis>,
    /// `timeout queue`: for a free slot of a server that has a limit.
    pub queue: Option<Millis>,
    /// `timeout tunnel`: how long both sides of a WebSocket may stay silent.
    pub tunnel: Option<Millis>,
    /// `timeout http-request`: for the whole header of a request.
    pub http_request: Option<Millis>,
    /// `timeout http-keep-alive`: for the next request on a connection.
    pub http_keep_alive: Option<Millis>,
}
