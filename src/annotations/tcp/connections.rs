//! How many connections there are, and how it is found out that a peer is gone.

use std::num::NonZeroU32;

use crate::annotations::context::{Context, Said};
use crate::annotations::grammar::{Grammar, Integer, Problem, Time};
use crate::annotations::limits::share;
use crate::annotations::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::policy::KeepAlive;
use crate::source::Sourced;

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    keepalive: Option<Sourced<KeepAlive>>,
    maxconn: Option<Sourced<u32>>,
}

annotation! {
    /// Whether, and when, the kernel asks silent peers of an exposed port whether they are still there.
    ///
    /// `true` asks after five minutes; a time, such as `2m`, after that time; then every 30 seconds, or as often as the time says if it is
    /// shorter. After four questions without an answer the connection is closed. It holds for clients and for servers, and costs no
    /// traffic where connections are busy. Without it, what a crashed client leaves behind stands until `ingressc/timeout-tunnel`, and a
    /// firewall in between may forget idle connections.
    pub(super) static INGRESSC_KEEPALIVE: Probing = {
        key: Ingressc / "keepalive",
        on: [Service],
        scope: Port,
        default: "true",
        field: KeepAlive,
        support: Support::Full,
        since: "0.2",
        example: "2m",
        apply: |draft, value| draft.tcp.connections.keepalive = Some(value),
    }
}

annotation! {
    /// The most connections that an exposed port has at a time, from all HAProxy processes together.
    ///
    /// Each process gets an equal share, as of `haproxy.org/pod-maxconn`: the number divided by `instances` in ingressc.yaml, at least 1.
    /// Further ones wait in the kernel, and clients see a connection that stands and says nothing. It counts for each exposed port
    /// of the Service alone. HAProxy itself has room for about 100,000 connections in all, or for `maxconn` of the ConfigMap: the sum
    /// of all ports may be more, and then the process limit comes first.
    ///
    /// After a reload the new process counts from zero, beside the connections that the old one still has.
    pub(super) static INGRESSC_MAXCONN: Integer<1, 2_147_483_647> = {
        key: Ingressc / "maxconn",
        on: [Service],
        scope: Port,
        field: ListenerMaxconn,
        support: Support::Full,
        since: "0.2",
        example: "500",
        apply: |draft, value| draft.tcp.connections.maxconn = Some(value),
    }
}

/// Whether, and when, peers are asked.
pub(super) struct Probing;

impl Grammar for Probing {
    type Value = KeepAlive;
    const NAME: &'static str = "keep-alive";
    const FORM: &'static str =
        "`true`, `false`, or a time of whole seconds with a unit, at most 9 hours";
    const PATTERN: Option<&'static str> = Some("^(true|false|[0-9]+(ms|s|m|h)?)$");
    const GOOD: &'static [&'static str] = &["true", "false", "2m", "90s"];
    const BAD: &'static [&'static str] = &[
        "yes",
        "500ms",
        "10h",
        "0",
        "1m30s",
        "-1s",
        "2m idle",
        "2m\nserver evil 203.0.113.1:80",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<KeepAlive, Problem> {
        match text {
            "true" => return Ok(KeepAlive::Usual),
            "false" => return Ok(KeepAlive::Off),
            _ => {}
        }
        let idle = Time::parse(text, remarks).map_err(|problem| match text.as_bytes() {
            [b'0'..=b'9', ..] => problem,
            _ => Problem::new("is neither a bool nor a duration")
                .help("write `true`, `false`, or a time such as `2m`"),
        })?;
        KeepAlive::after(idle).ok_or_else(|| {
            Problem::new(
                "is no time that the kernel can wait: whole seconds, at most 32767 of them",
            )
            .code(Code::OUT_OF_RANGE)
            .help("write a time from `1s` to `9h`")
        })
    }
}

/// When peers are asked.
pub(super) fn keepalive(draft: &Draft) -> KeepAlive {
    let said = draft.keepalive.map(|keepalive| keepalive.value);
    said.unwrap_or_default()
}

/// What one process may have of the connections to a port.
pub(super) fn maxconn(draft: &Draft, context: &Context<'_>, said: &mut Said) -> Option<NonZeroU32> {
    share("ingressc/maxconn", draft.maxconn?, context, said)
}
