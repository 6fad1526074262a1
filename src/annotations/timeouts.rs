//! How long is waited: for servers, and for clients.

use super::context::{Context, Said};
use super::grammar::Time;
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::ir::{Global, Millis, Policy};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "timeouts",
    title: "Timeouts",
    specs: &[&HAPROXYTECH_TIMEOUT_SERVER],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    server: Option<Sourced<Millis>>,
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

/// Puts them into the policy.
pub(super) fn finish(draft: &super::Draft, _: &Context<'_>, policy: &mut Policy, _: &mut Said) {
    policy.timeouts.server = draft.timeouts.server.map(|limit| limit.value);
}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(_: &super::Draft, _: &Context<'_>, _: &mut Global, _: &mut Said) {}
