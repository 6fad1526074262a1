//! QUIC and keep-alive; who may speak the PROXY protocol.

use super::context::{Context, Said};
use super::global::object;
use super::grammar::{Bool, Grammar, Integer, Problem};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::global::ConnectionMode;
use crate::ir::{Field, Global};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "connections",
    title: "Connections of clients",
    specs: &[
        &HAPROXYTECH_HTTP_CONNECTION_MODE,
        &HAPROXYTECH_HTTP_KEEP_ALIVE,
        &HAPROXYTECH_HTTP_SERVER_CLOSE,
        &HAPROXYTECH_QUIC_ALT_SVC_MAX_AGE,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    mode: Option<Sourced<ConnectionMode>>,
    keep_alive: Option<Sourced<bool>>,
    server_close: Option<Sourced<bool>>,
    alt_svc: Option<Sourced<u32>>,
}

annotation! {
    /// Whether connections live on after a response.
    ///
    /// `http-keep-alive` keeps both sides, `http-server-close` only that of the client, `httpclose` none. Only servers that fail
    /// with connections that are used again need anything but the first.
    static HAPROXYTECH_HTTP_CONNECTION_MODE: Mode = {
        key: HaproxyTech / "http-connection-mode",
        on: [ConfigMap],
        scope: Global,
        default: "http-keep-alive",
        field: ConnectionMode,
        support: Support::Full,
        since: "0.1",
        example: "http-server-close",
        apply: |draft, value| draft.connections.mode = Some(value),
    }
}

annotation! {
    /// Keeps connections after a response. Deprecated: `http-connection-mode` says it.
    ///
    /// Counts before `http-server-close`; `false` does nothing.
    static HAPROXYTECH_HTTP_KEEP_ALIVE: Bool = {
        key: HaproxyTech / "http-keep-alive",
        on: [ConfigMap],
        scope: Global,
        field: ConnectionMode,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.connections.keep_alive = Some(value),
    }
}

annotation! {
    /// Closes connections to servers after a response. Deprecated: `http-connection-mode` says it.
    ///
    /// `false` does nothing.
    static HAPROXYTECH_HTTP_SERVER_CLOSE: Bool = {
        key: HaproxyTech / "http-server-close",
        on: [ConfigMap],
        scope: Global,
        field: ConnectionMode,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.connections.server_close = Some(value),
    }
}

annotation! {
    /// Offers HTTP/3 beside HTTPS, and says for how many seconds browsers may remember it.
    ///
    /// HAProxy then listens for QUIC on the UDP ports of the same numbers as the https listeners, and every response over TLS tells
    /// the browser so (`Alt-Svc`). A HAProxy that is built without QUIC leaves both out. Open the UDP port in firewalls, too.
    static HAPROXYTECH_QUIC_ALT_SVC_MAX_AGE: Integer<0, 31_536_000> = {
        key: HaproxyTech / "quic-alt-svc-max-age",
        on: [ConfigMap],
        scope: Global,
        field: AltSvc,
        support: Support::Partial(
            "QUIC is off without this key, where the controller offers it for 60 seconds as soon as there is a default certificate; \
             plain requests are not redirected because of it",
        ),
        needs: (3, 0),
        since: "0.1",
        example: "3600",
        apply: |draft, value| draft.connections.alt_svc = Some(value),
    }
}

/// One of HAProxy's modes.
pub(super) struct Mode;

impl Grammar for Mode {
    type Value = ConnectionMode;
    const NAME: &'static str = "connection mode";
    const FORM: &'static str = "`http-keep-alive`, `http-server-close` or `httpclose`";
    const PATTERN: Option<&'static str> = Some("^(http-keep-alive|http-server-close|httpclose)$");
    const GOOD: &'static [&'static str] = &["http-keep-alive", "http-server-close", "httpclose"];
    const BAD: &'static [&'static str] = &["keep-alive", "HTTPCLOSE", "http-tunnel", "true"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<ConnectionMode, Problem> {
        ConnectionMode::parse(text).ok_or_else(|| {
            Problem::new("is no connection mode")
                .help("write `http-keep-alive`, `http-server-close` or `httpclose`")
        })
    }
}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(
    draft: &super::Draft,
    context: &Context<'_>,
    global: &mut Global,
    said: &mut Said,
) {
    let own = &draft.connections;
    global.connections.alt_svc = own.alt_svc.map(|age| age.value);
    let old = [
        ("http-keep-alive", own.keep_alive, ConnectionMode::KeepAlive),
        (
            "http-server-close",
            own.server_close,
            ConnectionMode::ServerClose,
        ),
    ];
    let on = old
        .iter()
        .filter_map(|(_, value, mode)| value.filter(|it| it.value).map(|it| it.map(|_| *mode)));
    let chosen = own.mode.or_else(|| on.clone().next());
    global.connections.mode = chosen.map(|mode| mode.value);
    global.origins.remove(&Field::ConnectionMode);
    if let Some(mode) = chosen {
        global.origins.insert(Field::ConnectionMode, mode.origin);
    }
    let object = object(context);
    for (key, value, mode) in old {
        let Some(value) = value else { continue };
        let mode = mode.name();
        let finding = if Some(value.origin) == chosen.map(|chosen| chosen.origin) {
            let message =
                format!("`{key}` of {object} is an old spelling of `http-connection-mode: {mode}`");
            Said::about(Code::DEPRECATED_ANNOTATION, value.origin, message)
                .help(format!("write `http-connection-mode: {mode}`"))
        } else {
            let why = if value.value {
                "another key decides"
            } else {
                "only `true` means something"
            };
            let message = format!("`{key}` of {object} does nothing: {why}");
            Said::about(Code::INEFFECTIVE_ANNOTATION, value.origin, message)
                .help(format!("remove `{key}`"))
        };
        said.say(finding.object(&object).field(format!("data[{key}]")));
    }
}
