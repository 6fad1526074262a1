//! Connections of TCP services: how they are kept, how servers are found to be up, and what becomes of connections when servers come and
//! go.

use std::fmt;

use super::{CheckTarget, Millis};
use crate::ir::{Fqdn, Port};

/// What holds for the connections of a TCP service.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TcpServers {
    /// Whether the kernel asks silent servers whether they are still there.
    pub keepalive: KeepAlive,
    /// What servers are asked; `None` is the same as [`TcpCheck::Connect`].
    pub check: Option<TcpCheck>,
    /// The port that is checked; `None` is the one that takes the connections.
    pub check_port: Option<Port>,
    /// `on-marked-down shutdown-sessions`: connections to a server that is found to be down are closed, so that clients connect again,
    /// to another one.
    pub shutdown_on_down: bool,
    /// `on-marked-up shutdown-backup-sessions`: connections to backup servers are closed once a server that is none is up again.
    pub shutdown_backups_on_up: bool,
}

/// Whether the kernel asks a peer that is silent whether it is still there (RFC 9293, 3.8.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeepAlive {
    /// It does, after five minutes of silence.
    #[default]
    Usual,
    /// It does not.
    Off,
    /// It does, after so much silence; made by [`KeepAlive::after`].
    After(Idle),
}

/// A time of silence: 1 to 32,767 whole seconds, which is what the kernel takes (tcp(7), `TCP_KEEPIDLE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Idle(Millis);

/// How a silent peer is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probes {
    /// After so much silence.
    pub idle: Millis,
    /// Again after so much more, when there is no answer.
    pub interval: Millis,
    /// So often, before the peer counts as gone.
    pub count: u8,
}

impl Probes {
    /// What is asked of a peer that has been silent for `idle`: never more often than it was silent.
    fn after(idle: Millis) -> Option<Self> {
        Some(Self {
            idle,
            interval: Millis::new(30_000)?.min(idle),
            count: 4,
        })
    }
}

impl KeepAlive {
    /// The most seconds of silence.
    pub const MAX: u32 = 32_767;

    /// After so much silence; `None` when the kernel cannot.
    pub fn after(idle: Millis) -> Option<Self> {
        let seconds = idle.get() / 1_000;
        let whole = idle.get().is_multiple_of(1_000);
        (whole && (1..=Self::MAX).contains(&seconds)).then_some(Self::After(Idle(idle)))
    }

    /// Whether it is as everywhere.
    pub fn is_usual(self) -> bool {
        self == Self::Usual
    }

    /// How peers are asked; `None`: they are not.
    pub fn probes(self) -> Option<Probes> {
        match self {
            // Sooner than most firewalls forget a connection.
            Self::Usual => Probes::after(Millis::new(300_000)?),
            Self::Off => None,
            Self::After(Idle(idle)) => Probes::after(idle),
        }
    }
}

/// What a server is asked to find out whether it is up (manual 4.2, "option mysql-check" and its like).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TcpCheck {
    /// Nothing: it accepts connections.
    Connect,
    /// A TLS handshake.
    Tls,
    /// GET of a path, answered with a status of 200 to 399.
    Http(CheckTarget),
    /// The same over TLS.
    Https(CheckTarget),
    /// To log in with a user that has no password; without a user, what it greets with.
    Mysql(Option<DatabaseUser>),
    /// To begin a session of this user, whose password is not asked for.
    Pgsql(DatabaseUser),
    /// PING.
    Redis,
    /// HELO, or EHLO as this host.
    Smtp(Option<Fqdn>),
    /// An anonymous bind.
    Ldap,
}

impl TcpCheck {
    /// The path that is asked for.
    pub fn path(&self) -> Option<&CheckTarget> {
        match self {
            Self::Http(path) | Self::Https(path) => Some(path),
            _ => None,
        }
    }

    /// Whether it is asked over TLS, whatever connections speak.
    pub fn wants_tls(&self) -> bool {
        matches!(self, Self::Tls | Self::Https(_))
    }
}

/// The name of a database user: letters, digits, `_`, `-` and `.`, at most 63 of them, the first one a letter, digit or `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatabaseUser(String);

impl DatabaseUser {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let legal = |b: u8| word(b) || b"-.".contains(&b);
        let begins = text.bytes().next().is_some_and(word);
        (begins && text.len() <= 63 && text.bytes().all(legal)).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for DatabaseUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_asked_for_what_it_can() {
        let after = |number| KeepAlive::after(Millis::new(number).expect("a duration"));
        for (number, legal) in [
            (999, false),
            (1_000, true),
            (1_500, false),
            (32_767_000, true),
            (32_768_000, false),
        ] {
            assert_eq!(after(number).is_some(), legal, "{number}");
        }
        let probes = |keepalive: KeepAlive| {
            let probes = keepalive.probes()?;
            Some((probes.idle.to_string(), probes.interval.to_string()))
        };
        let text = |idle: &str, interval: &str| Some((idle.to_owned(), interval.to_owned()));
        assert_eq!(probes(KeepAlive::Usual), text("5m", "30s"));
        assert_eq!(probes(KeepAlive::Off), None);
        let short = after(10_000).expect("legal");
        assert_eq!(probes(short), text("10s", "10s"));
    }

    #[test]
    fn a_user_is_one_plain_word() {
        for text in ["haproxy", "haproxy_check", "_a", "h-1.x", &"a".repeat(63)] {
            assert!(DatabaseUser::new(text).is_some(), "{text}");
        }
        for text in [
            "",
            "-a",
            ".a",
            "a b",
            "a\n",
            "a'b",
            "%[env(A)]",
            "a$b",
            "\u{e9}",
            "a\0",
            &"a".repeat(64),
        ] {
            assert_eq!(DatabaseUser::new(text), None, "{text:?}");
        }
    }
}
