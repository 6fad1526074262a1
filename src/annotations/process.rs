//! Connections, threads, the end of old processes.

use super::context::{Context, Said};
use super::grammar::{Integer, Text, Time};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::ir::global::{Maxconn, ProcessLimits, Threads};
use crate::ir::{Global, Millis};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "process",
    title: "Process",
    specs: &[
        &HAPROXYTECH_HARD_STOP_AFTER,
        &HAPROXYTECH_MAXCONN,
        &HAPROXYTECH_NBTHREAD,
        &HAPROXYTECH_PROMETHEUS_ENDPOINT_AUTH_SECRET,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    hard_stop_after: Option<Sourced<Millis>>,
    maxconn: Option<Sourced<u32>>,
    threads: Option<Sourced<u32>>,
}

annotation! {
    /// How long an old process may live on after a reload.
    ///
    /// It ends when its last connection does. A WebSocket can keep it for days, with the old routes and its memory, so what is left
    /// then is cut off.
    ///
    /// The default holds where there are no TCP services. Where there are, nothing ends an old process while it has connections, and
    /// this key cuts those of TCP services, too.
    static HAPROXYTECH_HARD_STOP_AFTER: Time = {
        key: HaproxyTech / "hard-stop-after",
        on: [ConfigMap],
        scope: Global,
        default: "30m",
        field: HardStopAfter,
        support: Support::Full,
        since: "0.1",
        example: "10m",
        apply: |draft, value| draft.process.hard_stop_after = Some(value),
    }
}

annotation! {
    /// How many connections of clients the process takes; others wait in the kernel.
    ///
    /// Each takes two file descriptors. Where the host grants fewer (`ulimit -n`, `LimitNOFILE=`), HAProxy does not start. Without
    /// this key the number follows from what the host grants.
    ///
    /// Where TLS of some hosts is handed through (`ssl-passthrough`), a connection whose TLS is answered here counts twice. No more
    /// than half of the number are taken for TLS then, so that the second half never has to wait for the first.
    ///
    /// Where there are TCP services beside both kinds of hosts, these have half of the number together, further connections to them
    /// are closed, and no more than a quarter is taken for TLS: as many stay free for those whose TLS is answered here. Without this key
    /// TCP services have 48,000 connections then, and TLS has 24,000.
    static HAPROXYTECH_MAXCONN: Integer<1, { Maxconn::MAX }> = {
        key: HaproxyTech / "maxconn",
        on: [ConfigMap],
        scope: Global,
        field: Maxconn,
        support: Support::Full,
        since: "0.1",
        example: "20000",
        apply: |draft, value| draft.process.maxconn = Some(value),
    }
}

annotation! {
    /// How many threads the process has.
    ///
    /// Without it one for each CPU that the process may use, which is right almost everywhere. At most 64: more need groups of
    /// threads, and HAProxy 2.6 has none.
    static HAPROXYTECH_NBTHREAD: Integer<1, { Threads::MAX }> = {
        key: HaproxyTech / "nbthread",
        on: [ConfigMap],
        scope: Global,
        field: Threads,
        support: Support::Partial(
            "the number is not lowered to that of the CPUs, which nobody knows when the manifests are read: where the host has fewer, \
             HAProxy from 3.0 on warns and threads wait for each other",
        ),
        since: "0.1",
        example: "2",
        apply: |draft, value| draft.process.threads = Some(value),
    }
}

annotation! {
    /// The Secret with the users who may read the metrics of the controller.
    ///
    /// HAProxy's metrics are on `listen.metrics` of ingressc.yaml, which is 127.0.0.1 unless somebody says otherwise.
    static HAPROXYTECH_PROMETHEUS_ENDPOINT_AUTH_SECRET: Text = {
        key: HaproxyTech / "prometheus-endpoint-auth-secret",
        on: [ConfigMap],
        scope: Global,
        field: MetricsAuth,
        support: Support::Refused(
            "it protects the controller's own metrics, and no controller runs here; those of HAProxy are on loopback, or where \
             `listen.metrics` puts them",
        ),
        since: "0.1",
        example: "haproxy/metrics-users",
        apply: |_, _| {},
    }
}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(
    draft: &super::Draft,
    _: &Context<'_>,
    global: &mut Global,
    _: &mut Said,
) {
    let own = &draft.process;
    global.process = ProcessLimits {
        maxconn: own.maxconn.and_then(|number| Maxconn::new(number.value)),
        threads: own.threads.and_then(|number| Threads::new(number.value)),
        hard_stop_after: own.hard_stop_after.map(|limit| limit.value),
    };
}
