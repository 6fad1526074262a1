//! Headers that are set on the way.

mod grammar;

use super::context::{Context, Said};
use super::grammar::Bool;
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::policy::SetHeader;
use crate::ir::{Format, Policy};
use crate::source::Sourced;
use grammar::{Host, RequestLines, ResponseLines};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "headers",
    title: "Headers",
    specs: &[
        &HAPROXYTECH_FORWARDED_FOR,
        &HAPROXYTECH_REQUEST_SET_HEADER,
        &HAPROXYTECH_RESPONSE_SET_HEADER,
        &HAPROXYTECH_SET_HOST,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    forwarded_for: Option<Sourced<bool>>,
    request: Option<Sourced<Vec<SetHeader>>>,
    response: Option<Sourced<Vec<SetHeader>>>,
    host: Option<Sourced<Format>>,
}

impl Draft {
    /// Whether requests get a header of this name on their way to the server.
    pub(super) fn sets(&self, name: &str) -> bool {
        let lines = self.request.as_ref();
        let same = |line: &SetHeader| line.name.as_str().eq_ignore_ascii_case(name);
        lines.is_some_and(|lines| lines.value.iter().any(same))
    }
}

annotation! {
    /// Whether servers are told the client's address in `X-Forwarded-For`.
    ///
    /// `false` takes the header away. Otherwise it holds the address that HAProxy saw and nothing else: what the client claims about
    /// itself is dropped, which the controller does not do.
    static HAPROXYTECH_FORWARDED_FOR: Bool = {
        key: HaproxyTech / "forwarded-for",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "true",
        field: ForwardedFor,
        support: Support::Full,
        since: "0.1",
        example: "false",
        apply: |draft, value| draft.headers.forwarded_for = Some(value),
    }
}

annotation! {
    /// Headers that requests get on their way to the server.
    ///
    /// One on each line: the name, a blank, the value. A header replaces all of its name; of two lines with one name the last counts.
    /// Quotes around a value are taken off. `%[…]` is evaluated for each request, as far as it is known to be harmless, and `%%` is a
    /// percent sign. `Host` is what `set-host` sets: it changes what the server sees, not the route. `Connection`, `Content-Length`,
    /// `Transfer-Encoding` and others that frame messages are refused. What clients send in `X-Real-IP`, `Forwarded` and
    /// `X-Forwarded-…` is gone when values are evaluated: the client's address is `%[src]`.
    static HAPROXYTECH_REQUEST_SET_HEADER: RequestLines = {
        key: HaproxyTech / "request-set-header",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: RequestHeaders,
        support: Support::Full,
        since: "0.1",
        example: "X-Team shop",
        apply: |draft, value| draft.headers.request = Some(value),
    }
}

annotation! {
    /// Headers that responses get on their way to the client.
    ///
    /// Written as in `request-set-header`. Responses of servers have them; HAProxy's own answers, such as redirects, 403 and 503, do not.
    static HAPROXYTECH_RESPONSE_SET_HEADER: ResponseLines = {
        key: HaproxyTech / "response-set-header",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: ResponseHeaders,
        support: Support::Full,
        since: "0.1",
        example: "Strict-Transport-Security \"max-age=31536000\"",
        apply: |draft, value| draft.headers.response = Some(value),
    }
}

annotation! {
    /// The host that the server sees in place of the client's.
    ///
    /// It changes no route: that has been found by then. Servers with TLS are asked for it in the handshake, too (SNI), unless
    /// `server-ca` says whom they have to be.
    static HAPROXYTECH_SET_HOST: Host = {
        key: HaproxyTech / "set-host",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: RequestHost,
        support: Support::Full,
        since: "0.1",
        example: "internal.example.com",
        apply: |draft, value| draft.headers.host = Some(value),
    }
}

/// Puts them into the policy.
pub(super) fn finish(draft: &super::Draft, _: &Context<'_>, policy: &mut Policy, said: &mut Said) {
    let draft = &draft.headers;
    let headers = &mut policy.headers;
    headers.hides_client = draft.forwarded_for.is_some_and(|it| !it.value);
    headers.host = draft.host.as_ref().map(|host| host.value.clone());
    if let Some(request) = &draft.request {
        headers.request.clone_from(&request.value);
        let sets_host = request.value.iter().any(|it| grammar::is_host(&it.name));
        if let Some(host) = draft.host.as_ref().filter(|_| sets_host) {
            headers.host = None;
            said.say(
                Said::about(
                    Code::INEFFECTIVE_ANNOTATION,
                    host.origin,
                    "`set-host` does nothing: `request-set-header` sets `Host` after it",
                )
                .label(request.origin, "here")
                .help("remove one of the two"),
            );
        }
    }
    if let Some(response) = &draft.response {
        headers.response.clone_from(&response.value);
    }
}
