//! How long is waited: for servers, and for clients.

use super::context::{Context, Said};
use super::grammar::Time;
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::ir::global::GlobalTimeouts;
use crate::ir::{Global, Millis, Policy};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "timeouts",
    title: "Timeouts",
    specs: &[
        &HAPROXYTECH_TIMEOUT_CLIENT,
        &HAPROXYTECH_TIMEOUT_CLIENT_FIN,
        &HAPROXYTECH_TIMEOUT_CONNECT,
        &HAPROXYTECH_TIMEOUT_HTTP_KEEP_ALIVE,
        &HAPROXYTECH_TIMEOUT_HTTP_REQUEST,
        &HAPROXYTECH_TIMEOUT_QUEUE,
        &HAPROXYTECH_TIMEOUT_SERVER,
        &HAPROXYTECH_TIMEOUT_SERVER_FIN,
        &HAPROXYTECH_TIMEOUT_TUNNEL,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    server: Option<Sourced<Millis>>,
    global: GlobalTimeouts,
}

annotation! {
    /// How long a client may stay silent in the middle of a request or response.
    ///
    /// Counts from the last byte. While a server thinks it does not count: that is the time of `timeout-server`.
    static HAPROXYTECH_TIMEOUT_CLIENT: Time = {
        key: HaproxyTech / "timeout-client",
        on: [ConfigMap],
        scope: Global,
        default: "50s",
        field: ClientTimeout,
        support: Support::Full,
        since: "0.1",
        example: "1m",
        apply: |draft, value| draft.timeouts.global.client = Some(value.value),
    }
}

annotation! {
    /// How long a client may stay silent once one side has closed the connection.
    ///
    /// Clients that vanish without a word are forgotten after it, not after `timeout-client`. The controller has none. TCP services
    /// and TLS that is handed through have 5 minutes where nothing is said: a client may close its side and wait for a long answer.
    static HAPROXYTECH_TIMEOUT_CLIENT_FIN: Time = {
        key: HaproxyTech / "timeout-client-fin",
        on: [ConfigMap],
        scope: Global,
        default: "5s",
        field: ClientFinTimeout,
        support: Support::Full,
        since: "0.1",
        example: "10s",
        apply: |draft, value| draft.timeouts.global.client_fin = Some(value.value),
    }
}

annotation! {
    /// How long is waited for a server to accept a connection.
    ///
    /// Then it is tried again: four attempts in all, the last of them at another server, before the client is answered 503.
    static HAPROXYTECH_TIMEOUT_CONNECT: Time = {
        key: HaproxyTech / "timeout-connect",
        on: [ConfigMap],
        scope: Global,
        default: "5s",
        field: ConnectTimeout,
        support: Support::Full,
        since: "0.1",
        example: "2s",
        apply: |draft, value| draft.timeouts.global.connect = Some(value.value),
    }
}

annotation! {
    /// How long an idle connection of a client waits for the next request.
    ///
    /// The controller waits a minute where nothing is said; each such connection costs memory.
    static HAPROXYTECH_TIMEOUT_HTTP_KEEP_ALIVE: Time = {
        key: HaproxyTech / "timeout-http-keep-alive",
        on: [ConfigMap],
        scope: Global,
        default: "15s",
        field: HttpKeepAliveTimeout,
        support: Support::Full,
        since: "0.1",
        example: "1m",
        apply: |draft, value| draft.timeouts.global.http_keep_alive = Some(value.value),
    }
}

annotation! {
    /// How long a client may take to send the header of a request.
    ///
    /// Counts for the whole header, however slowly it drips: this is what stops clients that open thousands of connections and send a
    /// byte now and then. The answer is 408. It does not count for the body.
    static HAPROXYTECH_TIMEOUT_HTTP_REQUEST: Time = {
        key: HaproxyTech / "timeout-http-request",
        on: [ConfigMap],
        scope: Global,
        default: "5s",
        field: HttpRequestTimeout,
        support: Support::Full,
        since: "0.1",
        example: "10s",
        apply: |draft, value| draft.timeouts.global.http_request = Some(value.value),
    }
}

annotation! {
    /// How long a request waits for a server that has as many as it may have.
    ///
    /// Only servers with a limit (`pod-maxconn`) have a queue. Then the client is answered 503. The controller waits 5 seconds where
    /// nothing is said.
    static HAPROXYTECH_TIMEOUT_QUEUE: Time = {
        key: HaproxyTech / "timeout-queue",
        on: [ConfigMap],
        scope: Global,
        default: "30s",
        field: QueueTimeout,
        support: Support::Full,
        since: "0.1",
        example: "5s",
        apply: |draft, value| draft.timeouts.global.queue = Some(value.value),
    }
}

annotation! {
    /// How long a server may stay silent before HAProxy answers 504.
    ///
    /// Counts from the last byte in either direction. On a WebSocket `timeout-tunnel` takes its place.
    static HAPROXYTECH_TIMEOUT_SERVER: Time = {
        key: HaproxyTech / "timeout-server",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "50s",
        field: ServerTimeout,
        support: Support::Full,
        since: "0.1",
        example: "5s",
        apply: |draft, value| draft.timeouts.server = Some(value),
    }
}

annotation! {
    /// How long a server may stay silent once one side has closed the connection.
    ///
    /// The controller has none. TCP services and TLS that is handed through have 5 minutes where nothing is said: a client may close
    /// its side and wait for a long answer.
    static HAPROXYTECH_TIMEOUT_SERVER_FIN: Time = {
        key: HaproxyTech / "timeout-server-fin",
        on: [ConfigMap],
        scope: Global,
        default: "5s",
        field: ServerFinTimeout,
        support: Support::Full,
        since: "0.1",
        example: "10s",
        apply: |draft, value| draft.timeouts.global.server_fin = Some(value.value),
    }
}

annotation! {
    /// How long both sides of a WebSocket may stay silent.
    ///
    /// Once a connection is a tunnel, this takes the place of `timeout-client` and `timeout-server`. TLS that is handed through is one
    /// from its first byte; requests whose TLS is answered here keep their limits beside it.
    static HAPROXYTECH_TIMEOUT_TUNNEL: Time = {
        key: HaproxyTech / "timeout-tunnel",
        on: [ConfigMap],
        scope: Global,
        default: "1h",
        field: TunnelTimeout,
        support: Support::Full,
        since: "0.1",
        example: "10m",
        apply: |draft, value| draft.timeouts.global.tunnel = Some(value.value),
    }
}

/// Puts them into the policy.
pub(super) fn finish(draft: &super::Draft, _: &Context<'_>, policy: &mut Policy, _: &mut Said) {
    policy.timeouts.server = draft.timeouts.server.map(|limit| limit.value);
}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(
    draft: &super::Draft,
    _: &Context<'_>,
    global: &mut Global,
    _: &mut Said,
) {
    global.timeouts = draft.timeouts.global.clone();
}
