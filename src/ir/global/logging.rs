//! What is logged, and where to.

use std::fmt;
use std::net::SocketAddr;

use super::super::log_format::LogFormat;
use super::super::process::SocketPath;
use super::super::server::Fqdn;

/// What is logged, and where to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logging {
    /// Where to, in the order of the manifest; empty: as the layout of the host has it.
    pub targets: Vec<LogTarget>,
    /// The lines about requests; `None`: `option httplog`.
    pub format: Option<LogFormat>,
    /// Whether connections on which nothing was sent stay out of the log; `None`: those of browsers and load balancers do, which
    /// open some in advance or to see who is there, and those of TCP services do not, where the server may have to speak first.
    pub skip_null: Option<bool>,
    /// Whether a line is written when the response begins, and not when it has ended. Sizes and times are lower bounds then.
    pub asap: bool,
}

/// A `log` line of the section `global` (manual: section 3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogTarget {
    /// Where to.
    pub address: LogAddress,
    /// How many bytes a line has at most; `None`: 1024.
    pub length: Option<LogLength>,
    /// What stands before the text of a line; `None`: as of RFC 3164.
    pub syntax: Option<&'static str>,
    /// The facility.
    pub facility: &'static str,
    /// The least severe level that is logged, and the most severe one that is not raised any more.
    pub level: Option<&'static str>,
    /// More severe lines are sent as this level. Only beside `level`.
    pub minimum: Option<&'static str>,
}

impl LogTarget {
    /// The names of formats that HAProxy 2.6 to 3.4 know.
    pub const SYNTAXES: [&str; 8] = [
        "rfc3164", "rfc5424", "priority", "short", "timed", "iso", "raw", "local",
    ];
    /// The facilities.
    pub const FACILITIES: [&str; 24] = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "auth2",
        "ftp", "ntp", "audit", "alert", "cron2", "local0", "local1", "local2", "local3", "local4",
        "local5", "local6", "local7",
    ];
    /// The levels, the most severe first.
    pub const LEVELS: [&str; 8] = [
        "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
    ];

    /// Whether DNS has to be asked for the address.
    pub fn is_named(&self) -> bool {
        matches!(self.address, LogAddress::Name(..))
    }
}

/// How many bytes a line of a log has at most, 80 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogLength(u16);

impl LogLength {
    /// Checks `bytes`.
    pub fn new(bytes: u32) -> Option<Self> {
        let bytes = u16::try_from(bytes).ok()?;
        (bytes >= 80).then_some(Self(bytes))
    }
}

impl fmt::Display for LogLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where lines of a log are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogAddress {
    /// Standard output, which a container's log is.
    Stdout,
    /// Standard error.
    Stderr,
    /// A file descriptor that HAProxy is started with.
    Descriptor(u16),
    /// A unix socket, such as `/dev/log`: an absolute path.
    Unix(SocketPath),
    /// A syslog server, over UDP.
    Udp(SocketAddr),
    /// A syslog server by name, over UDP. HAProxy asks for its address once, when it starts, and does not start without one.
    Name(Fqdn, u16),
}

impl fmt::Display for LogAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("stdout"),
            Self::Stderr => f.write_str("stderr"),
            Self::Descriptor(number) => write!(f, "fd@{number}"),
            Self::Unix(path) => write!(f, "unix@{path}"),
            Self::Udp(address) => write!(f, "{address}"),
            Self::Name(name, port) => write!(f, "{name}:{port}"),
        }
    }
}
