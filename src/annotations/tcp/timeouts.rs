//! How long connections wait, and how long they may be idle.

use crate::annotations::context::{Context, Said};
use crate::annotations::grammar::Time;
use crate::annotations::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::{Millis, Policy};
use crate::source::Sourced;

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    client: Option<Sourced<Millis>>,
    connect: Option<Sourced<Millis>>,
    queue: Option<Sourced<Millis>>,
    tunnel: Option<Sourced<Millis>>,
}

annotation! {
    /// How long a client of an exposed port may stay silent before a server has accepted its connection.
    ///
    /// From then on `ingressc/timeout-tunnel` takes its place: a connection that stands is not closed by this one, on any version of
    /// HAProxy. Where nothing is said, it is that of the ConfigMap, or 50 seconds; or as long as connections may be in the queue
    /// (`ingressc/timeout-queue`) and four attempts to connect may take, where servers have a limit and that is longer.
    pub(super) static INGRESSC_TIMEOUT_CLIENT: Time = {
        key: Ingressc / "timeout-client",
        on: [Service],
        scope: Port,
        field: ListenerTimeout,
        support: Support::Full,
        since: "0.2",
        example: "2m",
        apply: |draft, value| draft.tcp.timeouts.client = Some(value),
    }
}

annotation! {
    /// How long is waited for a server to accept a connection of an exposed port.
    ///
    /// Then it is tried again: four attempts in all, the last of them at another server, before the client's connection is closed.
    /// Where nothing is said, it is that of the ConfigMap, or 5 seconds.
    pub(super) static INGRESSC_TIMEOUT_CONNECT: Time = {
        key: Ingressc / "timeout-connect",
        on: [Service],
        scope: Port,
        field: PortConnectTimeout,
        support: Support::Full,
        since: "0.2",
        example: "2s",
        apply: |draft, value| draft.tcp.timeouts.connect = Some(value),
    }
}

annotation! {
    /// How long a connection to an exposed port waits for a server that has as many as it may have.
    ///
    /// Only servers with a limit (`haproxy.org/pod-maxconn`) have a queue. Then the connection is closed. Where nothing is said, it is
    /// that of the ConfigMap, or 30 seconds. Clients that wait for the server to speak, as those of `MySQL` do, are silent in the queue:
    /// `timeout client` of the port is made long enough, unless `ingressc/timeout-client` says another one.
    pub(super) static INGRESSC_TIMEOUT_QUEUE: Time = {
        key: Ingressc / "timeout-queue",
        on: [Service],
        scope: Port,
        field: PortQueueTimeout,
        support: Support::Full,
        since: "0.2",
        example: "1m",
        apply: |draft, value| draft.tcp.timeouts.queue = Some(value),
    }
}

annotation! {
    /// How long both ends of a connection to an exposed port may be silent.
    ///
    /// The one limit that counts once a server has accepted the connection: `timeout-client` and `timeout-server` count no more then.
    /// Once one end has said that it will send no more, the other one has five minutes between any two bytes, or the time of
    /// `timeout-client-fin` and `timeout-server-fin` of the ConfigMap.
    /// Where nothing is said, it is that of the ConfigMap, or 24 hours: pools of database clients keep connections for later. Ends that
    /// are gone without a word are found by keep-alives, see `ingressc/keepalive`, and not by this.
    pub(super) static INGRESSC_TIMEOUT_TUNNEL: Time = {
        key: Ingressc / "timeout-tunnel",
        on: [Service],
        scope: Port,
        field: PortTunnelTimeout,
        support: Support::Full,
        since: "0.2",
        example: "8h",
        apply: |draft, value| draft.tcp.timeouts.tunnel = Some(value),
    }
}

/// Puts those of the servers' side into the policy. They count before what a Backend resource says.
pub(super) fn finish(draft: &Draft, policy: &mut Policy) {
    let own = |limit: &Option<Sourced<Millis>>| limit.map(|limit| limit.value);
    let timeouts = &mut policy.timeouts;
    timeouts.connect = own(&draft.connect).or(timeouts.connect);
    timeouts.queue = own(&draft.queue).or(timeouts.queue);
    timeouts.tunnel = own(&draft.tunnel).or(timeouts.tunnel);
}

/// That of the clients' side. Who sets it alone means idle connections, most of the time, for which it does nothing.
///
/// `queues`: whether connections wait for servers that have as many as they may.
pub(super) fn client(
    draft: &Draft,
    queues: bool,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<Millis> {
    let limit = draft.client?;
    if draft.tunnel.is_none()
        && let Some(holder) = context.holder(limit.origin)
    {
        let message = format!(
            "{} holds only until a server has accepted the connection",
            holder.setting()
        );
        let finding = holder.about(Code::INEFFECTIVE_ANNOTATION, limit.origin, message);
        said.say(
            finding
                .help("set `ingressc/timeout-tunnel`, too, to the time for which connections may be idle")
                .note("from then on HAProxy counts `timeout tunnel` alone, on both sides, until one of them closes"),
        );
    }
    if let Some(queue) = draft
        .queue
        .filter(|queue| queues && queue.value > limit.value)
        && let Some(holder) = context.holder(queue.origin)
    {
        let message = format!(
            "{} does not hold for clients that send nothing: `ingressc/timeout-client` closes their connections after {}",
            holder.setting(),
            limit.value
        );
        let finding = holder.about(Code::INEFFECTIVE_ANNOTATION, queue.origin, message);
        said.say(
            finding
                .label(limit.origin, "this is shorter")
                .note("clients of MySQL and SMTP wait for the server to speak first, also in the queue")
                .help("remove `ingressc/timeout-client`, or make it longer than `ingressc/timeout-queue`"),
        );
    }
    Some(limit.value)
}
