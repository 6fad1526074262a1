//! What is logged, and where to.

mod format;
mod target;

pub(super) use self::format::ConnectionFormat;
use self::format::Format;
use self::target::Targets;
use super::context::{Context, Said};
use super::grammar::Bool;
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::ir::Global;
use crate::ir::LogFormat;
use crate::ir::global::{LogTarget, Logging};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "logging",
    title: "Logging",
    specs: &[
        &HAPROXYTECH_DONTLOGNULL,
        &HAPROXYTECH_LOG_FORMAT,
        &HAPROXYTECH_LOG_FORMAT_TCP,
        &HAPROXYTECH_LOGASAP,
        &HAPROXYTECH_SYSLOG_SERVER,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    targets: Option<Sourced<Vec<LogTarget>>>,
    format: Option<Sourced<LogFormat>>,
    pub(super) tcp_format: Option<Sourced<LogFormat>>,
    skip_null: Option<Sourced<bool>>,
    asap: Option<Sourced<bool>>,
}

annotation! {
    /// Whether connections on which nothing was sent stay out of the log.
    ///
    /// Browsers open some in advance, and load balancers open one every few seconds to see whether HAProxy is there. On a network
    /// that is open to scans, `false` shows those.
    ///
    /// Ports of TCP services log them unless the key is there and `true`: where the server speaks first, as `MySQL` and SMTP do, clients
    /// that find no server, and those that a list keeps out, have sent nothing.
    static HAPROXYTECH_DONTLOGNULL: Bool = {
        key: HaproxyTech / "dontlognull",
        on: [ConfigMap],
        scope: Global,
        default: "true",
        field: SkipNullLog,
        support: Support::Full,
        since: "0.1",
        example: "false",
        apply: |draft, value| draft.logging.skip_null = Some(value),
    }
}

annotation! {
    /// The form of the lines about requests.
    ///
    /// Text, the variables of HAProxy's manual (section 8.2.4), such as `%ci` or `%{+Q}r`, and samples in `%[…]`. Of the samples only
    /// those count that show nothing which does not belong into a log: no files, no environment, no passwords. Quotes and
    /// backslashes mean themselves. `%[var(txn.base)]`, which the controller's own format has, becomes host and path.
    static HAPROXYTECH_LOG_FORMAT: Format = {
        key: HaproxyTech / "log-format",
        on: [ConfigMap],
        scope: Global,
        field: LogFormat,
        support: Support::Partial(
            "without this key the format is HAProxy's own for HTTP (`option httplog`), not that of the controller; samples other \
             than those of the table are refused",
        ),
        since: "0.1",
        example: "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B \"%HM %HU %HV\"",
        apply: |draft, value| draft.logging.format = Some(value),
    }
}

annotation! {
    /// The form of the lines about connections of the TCP services of this ConfigMap.
    ///
    /// As `log-format`, without what only requests have, such as `%HM` or `%r`: HAProxy 2.6 does not start with those. The ConfigMap
    /// is one that `tcp.configMap` of the configuration names.
    static HAPROXYTECH_LOG_FORMAT_TCP: ConnectionFormat = {
        key: HaproxyTech / "log-format-tcp",
        on: [TcpConfigMap],
        scope: Global,
        field: TcpLogFormat,
        support: Support::Partial("samples other than those of the table are refused"),
        since: "0.1",
        example: "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts",
        apply: |draft, value| draft.logging.tcp_format = Some(value),
    }
}

annotation! {
    /// Whether a line is written when the response begins, and not when it has ended.
    ///
    /// For downloads of hours. Bytes and total time are then those until the line was written, and shown with a `+`.
    static HAPROXYTECH_LOGASAP: Bool = {
        key: HaproxyTech / "logasap",
        on: [ConfigMap],
        scope: Global,
        default: "false",
        field: LogAsap,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.logging.asap = Some(value),
    }
}

annotation! {
    /// Where the log goes, a target a line.
    ///
    /// Each line is `key:value` pairs, separated by commas: `address` (an IP address, a name, the path of a unix socket, `stdout`,
    /// `stderr` or `fd@2`) and `facility`, and if wanted `port` (514), `length` (of a line, in bytes), `format`, `level` (what is
    /// less severe is not sent) and `minlevel` (what is more severe is sent as this). A name is asked for once, when HAProxy starts,
    /// and HAProxy does not start without an answer. Without this key the log goes where `target.layout` has it.
    static HAPROXYTECH_SYSLOG_SERVER: Targets = {
        key: HaproxyTech / "syslog-server",
        on: [ConfigMap],
        scope: Global,
        field: SyslogTargets,
        support: Support::Full,
        since: "0.1",
        example: "address:192.0.2.10, port:514, facility:local0, level:info",
        apply: |draft, value| draft.logging.targets = Some(value),
    }
}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(
    draft: &super::Draft,
    _: &Context<'_>,
    global: &mut Global,
    _: &mut Said,
) {
    let own = &draft.logging;
    global.logging = Logging {
        targets: own.targets.clone().map(|it| it.value).unwrap_or_default(),
        format: own.format.clone().map(|it| it.value),
        skip_null: own.skip_null.map(|it| it.value),
        asap: own.asap.is_some_and(|it| it.value),
    };
}
