//! Health checks of servers.

mod http;

use super::context::{Context, Said};
use super::grammar::{Bool, Time};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::policy::HttpCheck;
use crate::ir::{Millis, Policy};
use crate::source::Sourced;

use http::CheckHttp;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "health",
    title: "Health checks",
    specs: &[
        &HAPROXYTECH_CHECK,
        &HAPROXYTECH_CHECK_HTTP,
        &HAPROXYTECH_CHECK_INTERVAL,
        &HAPROXYTECH_TIMEOUT_CHECK,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    check: Option<Sourced<bool>>,
    http: Option<Sourced<HttpCheck>>,
    interval: Option<Sourced<Millis>>,
    timeout: Option<Sourced<Millis>>,
}

annotation! {
    /// Whether HAProxy checks that servers are up.
    ///
    /// Without checks a server that is down is met by requests until a connection fails; then they go to another one. Backups never
    /// step in. An empty value means the default, which is to check; to that controller it means `false`.
    static HAPROXYTECH_CHECK: Bool = {
        key: HaproxyTech / "check",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "true",
        field: Check,
        support: Support::Full,
        since: "0.1",
        example: "false",
        apply: |draft, value| draft.health.check = Some(value),
    }
}

annotation! {
    /// What a server is asked to find out whether it is up.
    ///
    /// A target, or a method and a target, or these and a version: `/healthz`, `GET /healthz`, `GET /healthz HTTP/1.1`. A server is up
    /// while it answers with a status of 200 to 399. Without a method it is `OPTIONS`, as in HAProxy; many servers refuse that.
    /// Without a version it is HTTP/1.0, and no host is named. After `HTTP/1.1`, `\r\nHost:\ name` names a host, as older releases
    /// of HAProxy had it; otherwise it is the Service. It replaces what readiness probes say, and the port of the probe with it.
    static HAPROXYTECH_CHECK_HTTP: CheckHttp = {
        key: HaproxyTech / "check-http",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: CheckHttp,
        support: Support::Full,
        since: "0.1",
        example: "GET /healthz HTTP/1.1",
        apply: |draft, value| draft.health.http = Some(value),
    }
}

annotation! {
    /// The time between two checks of a server.
    ///
    /// 10 seconds where nothing is said; 2 seconds for exposed ports with `ingressc/check: http PATH`. A server that is changing its
    /// state, or is down, is checked every two seconds, or in this time where it is shorter.
    static HAPROXYTECH_CHECK_INTERVAL: Time = {
        key: HaproxyTech / "check-interval",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "10s",
        field: CheckInterval,
        support: Support::Full,
        since: "0.1",
        example: "30s",
        apply: |draft, value| draft.health.interval = Some(value),
    }
}

annotation! {
    /// How long a server may take to answer a check.
    ///
    /// Counts from the moment when the connection stands.
    static HAPROXYTECH_TIMEOUT_CHECK: Time = {
        key: HaproxyTech / "timeout-check",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "5s",
        field: CheckTimeout,
        support: Support::Full,
        since: "0.1",
        example: "2s",
        apply: |draft, value| draft.health.timeout = Some(value),
    }
}

/// Puts them into the policy.
pub(super) fn finish(draft: &super::Draft, _: &Context<'_>, policy: &mut Policy, said: &mut Said) {
    let own = &draft.health;
    policy.health.off = own.check.is_some_and(|check| !check.value);
    if policy.health.off {
        // What is not asked has no manner of asking; without these, more routes share a section.
        let idle = [
            own.http.as_ref().map(|http| ("check-http", http.origin)),
            own.interval.map(|time| ("check-interval", time.origin)),
            own.timeout.map(|time| ("timeout-check", time.origin)),
        ];
        for (key, origin) in idle.into_iter().flatten() {
            let message = format!("`{key}` does nothing, because `check` is `false`");
            let finding = Said::about(Code::INEFFECTIVE_ANNOTATION, origin, message);
            said.say(finding.help(format!("remove `{key}`, or `check`")));
        }
        return;
    }
    policy.health.interval = own.interval.map(|time| time.value);
    policy.health.timeout = own.timeout.map(|time| time.value);
    policy.health.http = own.http.as_ref().map(|http| http.value.clone());
}
