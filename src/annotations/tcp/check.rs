//! How servers of exposed ports are found to be up.

use crate::annotations::context::{Context, Said};
use crate::annotations::grammar::{Grammar, Problem};
use crate::annotations::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::policy::{CheckTarget, DatabaseUser, TcpCheck};
use crate::ir::{Fqdn, Policy, Port};
use crate::source::{Origin, Sourced};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    check: Option<Sourced<TcpCheck>>,
    port: Option<Sourced<Port>>,
}

annotation! {
    /// What servers of exposed ports are asked to find out whether they are up.
    ///
    /// * `tcp`: nothing; they accept connections. So it is where nothing is said: readiness probes of pods do not count here.
    /// * `tls`: a TLS handshake, whoever the server is.
    /// * `http PATH`, `https PATH`: GET of the path has to be answered with a status of 200 to 399, `https` over TLS. With
    ///   `ingressc/check-port` this is how the primary of a PostgreSQL cluster is found: Patroni answers `http /primary` on port 8008
    ///   with 200 on the primary alone. It is asked every two seconds, unless `haproxy.org/check-interval` says otherwise. From HAProxy
    ///   3.1 on (`target.haproxy`), none of several servers gets connections before its first check after a start or a reload; where
    ///   there are backup servers, and with older ones, all of them do.
    /// * `mysql`: the server's greeting. MySQL counts such checks as failed connections, and blocks the host after
    ///   `max_connect_errors` of them: better name a user.
    /// * `mysql USER`: to log in. The user must have no password, and needs no privilege:
    ///   `CREATE USER 'haproxy'@'10.0.0.5'`.
    /// * `pgsql USER`: to begin a session. The password is not asked for, so the user needs none; the server logs it.
    /// * `redis`: `PING`. A server that wants a password refuses it, and counts as down: use `tcp` there.
    /// * `smtp`, `smtp DOMAIN`: `HELO`, or `EHLO` as this host.
    /// * `ldap`: an anonymous bind.
    ///
    /// Where `haproxy.org/server-ssl` or `haproxy.org/server-ca` says that connections to servers are TLS from their first byte, checks
    /// are as well, but for those on another port. MySQL and PostgreSQL begin TLS inside of their protocols, and are asked in clear.
    pub(super) static INGRESSC_CHECK: Question = {
        key: Ingressc / "check",
        on: [Service],
        scope: Port,
        default: "tcp",
        field: PortCheck,
        support: Support::Full,
        since: "0.2",
        example: "pgsql haproxy",
        apply: |draft, value| draft.tcp.check.check = Some(value),
    }
}

annotation! {
    /// The port of the servers of exposed ports that is checked, in place of the one that takes connections.
    ///
    /// It is a port of the address that connections go to: of the pod where that is known, of the node where connections go to a node
    /// port. Checks there are in clear, unless `ingressc/check` is `tls` or `https`.
    pub(super) static INGRESSC_CHECK_PORT: CheckPort = {
        key: Ingressc / "check-port",
        on: [Service],
        scope: Port,
        field: PortCheckPort,
        support: Support::Full,
        since: "0.2",
        example: "8008",
        apply: |draft, value| draft.tcp.check.port = Some(value),
    }
}

/// What servers are asked.
pub(super) struct Question;

impl Grammar for Question {
    type Value = TcpCheck;
    const NAME: &'static str = "check";
    const FORM: &'static str = "`tcp`, `tls`, `http PATH`, `https PATH`, `mysql`, `mysql USER`, `pgsql USER`, `redis`, `smtp`, `smtp DOMAIN` or `ldap`; a user of letters, digits, `_`, `-` and `.`";
    const PATTERN: Option<&'static str> =
        Some("^(tcp|tls|https? /.*|mysql( .+)?|pgsql .+|redis|smtp( .+)?|ldap)$");
    const GOOD: &'static [&'static str] = &[
        "tcp",
        "tls",
        "http /primary",
        "https /healthz?full=1",
        "mysql",
        "mysql haproxy_check",
        "pgsql haproxy",
        "redis",
        "smtp",
        "smtp edge.example.com",
        "ldap",
    ];
    const BAD: &'static [&'static str] = &[
        "TCP",
        "true",
        "http",
        "http primary",
        "http /a b",
        "GET /primary",
        "http /a\nserver evil 203.0.113.1:80",
        "pgsql",
        "pgsql a'b",
        "pgsql haproxy extra",
        "mysql %[env(HOME)]",
        "mysql a\"b",
        "redis password",
        "smtp a b",
        "smtp *.example.com",
        "ldap #",
        "postgres haproxy",
        " ",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<TcpCheck, Problem> {
        let (kind, argument) = match text.split_once(' ') {
            Some((kind, argument)) => (kind, Some(argument)),
            None => (text, None),
        };
        // What is wrong is behind the first word, if there is one.
        let at = kind.len() + usize::from(argument.is_some_and(|argument| !argument.is_empty()));
        let wrong = |what: &str, help: &str| {
            let problem = Problem::new(what).help(help);
            if at < text.len() {
                problem.at(at..text.len())
            } else {
                problem
            }
        };
        let user = |name: &str| {
            let legal = "write letters, digits, `_`, `-` and `.`, at most 63 of them";
            DatabaseUser::new(name).ok_or_else(|| wrong("names no user that can be checked", legal))
        };
        let path = || {
            let legal = "write a path after the word, such as `/primary`";
            let target = CheckTarget::new(argument.unwrap_or_default());
            target.ok_or_else(|| wrong("names no path that can be asked for", legal))
        };
        Ok(match (kind, argument) {
            ("tcp", None) => TcpCheck::Connect,
            ("tls", None) => TcpCheck::Tls,
            ("http", _) => TcpCheck::Http(path()?),
            ("https", _) => TcpCheck::Https(path()?),
            ("mysql", name) => TcpCheck::Mysql(name.map(user).transpose()?),
            ("pgsql", Some(name)) => TcpCheck::Pgsql(user(name)?),
            ("pgsql", None) => {
                return Err(wrong(
                    "names no user, without which PostgreSQL answers nothing",
                    "write `pgsql USER`",
                ));
            }
            ("redis", None) => TcpCheck::Redis,
            ("smtp", None) => TcpCheck::Smtp(None),
            ("smtp", Some(name)) => {
                let legal = "write a DNS name, such as `edge.example.com`, or `smtp` alone";
                let name = Fqdn::new(name).map_err(|_| wrong("names no host", legal))?;
                TcpCheck::Smtp(Some(name))
            }
            ("ldap", None) => TcpCheck::Ldap,
            ("tcp" | "tls" | "redis" | "ldap", Some(_)) => {
                return Err(wrong(
                    &format!("has words after `{kind}`, which takes none"),
                    &format!("write `{kind}` alone"),
                ));
            }
            _ => {
                return Err(Problem::new("names no check that HAProxy has").help(
                    "write `tcp`, `tls`, `http PATH`, `https PATH`, `mysql USER`, `pgsql USER`, `redis`, `smtp` or `ldap`",
                ));
            }
        })
    }
}

/// A port, 1 to 65535.
pub(super) struct CheckPort;

impl Grammar for CheckPort {
    type Value = Port;
    const NAME: &'static str = "port";
    const FORM: &'static str = "a whole number from 1 to 65535";
    const PATTERN: Option<&'static str> = Some("^[0-9]{1,5}$");
    const GOOD: &'static [&'static str] = &["8008", "1", "65535"];
    const BAD: &'static [&'static str] = &["0", "65536", "+80", "http", "80 ", "08008"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Port, Problem> {
        let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        let port = text.parse().ok().filter(|_| plain);
        port.ok_or_else(|| {
            Problem::new("is no port").help("write a number from 1 to 65535, such as `8008`")
        })
    }
}

/// A database whose clients agree on TLS within their own protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::annotations) enum Database {
    /// After the server's greeting.
    MySql,
    /// In a request before the first one; from version 17 on, if they like, before the first byte.
    PostgreSql,
}

impl Draft {
    /// The database that servers are asked as, and where that is said.
    pub(super) fn database(&self) -> Option<(Origin, Database)> {
        let check = self.check.as_ref()?;
        let database = match check.value {
            TcpCheck::Mysql(_) => Database::MySql,
            TcpCheck::Pgsql(_) => Database::PostgreSql,
            _ => return None,
        };
        Some((check.origin, database))
    }
}

/// Puts them into the policy.
pub(super) fn finish(draft: &Draft, context: &Context<'_>, policy: &mut Policy, said: &mut Said) {
    if !policy.health.off {
        policy.tcp.check = draft.check.as_ref().map(|check| check.value.clone());
        policy.tcp.check_port = draft.port.map(|port| port.value);
        return;
    }
    let check = draft.check.as_ref().map(|check| check.origin);
    for origin in check.into_iter().chain(draft.port.map(|port| port.origin)) {
        if let Some(holder) = context.holder(origin) {
            let message = format!(
                "{} does nothing, because `check` is `false`",
                holder.setting()
            );
            let finding = holder.about(Code::INEFFECTIVE_ANNOTATION, origin, message);
            said.say(finding.help(format!("remove `{}`, or `check`", holder.key)));
        }
    }
}
