//! A routing in a form in which two of them can be compared: what stands where, under names that survive moving and reformatting.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::facet::Facet;
use super::fact::Facts;
use crate::ir::{PathMatch, Routing};

/// Everything that is compared.
#[derive(Debug, Default)]
pub struct View {
    pub(super) routes: BTreeMap<RouteKey, RouteView>,
    /// By the backend's name without its policy.
    pub(super) backends: BTreeMap<String, BackendView>,
    /// By the name that is asked for; the default has none.
    pub(super) certificates: BTreeMap<String, CertificateView>,
    /// What holds for everything.
    pub(super) settings: Facts,
    pub(super) setting_places: BTreeMap<(Facet, String), Place>,
    /// Whether there are conditions that asking does not see.
    pub(super) conditional: bool,
    /// The hosts and paths, for asking who answers a request.
    pub(super) routing: Routing,
}

impl View {
    /// Every route, and who answers.
    pub fn routes(&self) -> impl Iterator<Item = (&RouteKey, &Answer)> {
        self.routes.iter().map(|(key, route)| (key, &route.answer))
    }
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's name, as it was given.
    pub file: String,
    /// From 1.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What a route is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteKey {
    /// Requests for a path of a host.
    Path {
        /// The host, `*.` before it for a wildcard; empty for rules without one.
        host: String,
        /// The path; empty for the root.
        path: String,
        /// How it is compared.
        kind: PathMatch,
        /// For which requests only; empty for all others.
        condition: String,
    },
    /// Requests that no other route takes.
    Default,
    /// TLS for a host, which is handed through.
    Tls {
        /// The host.
        host: String,
    },
    /// Connections to a port.
    Tcp {
        /// The port's number, by which they are sorted.
        port: u16,
        /// The address that is bound, as in the configuration.
        bind: String,
    },
}

impl RouteKey {
    /// The host or the bound address; `*` for every host.
    pub fn host(&self) -> &str {
        match self {
            Self::Path { host, .. } if host.is_empty() => "*",
            Self::Path { host, .. } | Self::Tls { host } => host,
            Self::Tcp { bind, .. } => bind,
            Self::Default => "(default)",
        }
    }

    /// The path as people write it: `/cart*` for a prefix by elements, `/cart` for that path alone, `/cart* (text)` for all that
    /// begins so.
    pub fn path(&self) -> String {
        match self {
            Self::Path { path, kind, .. } => match kind {
                PathMatch::Exact => path.clone(),
                _ if path.is_empty() => "/*".to_owned(),
                PathMatch::Prefix => format!("{path}*"),
                PathMatch::Begins => format!("{path}* (text)"),
            },
            Self::Tls { .. } => "TLS".to_owned(),
            Self::Tcp { .. } => "TCP".to_owned(),
            Self::Default => String::new(),
        }
    }

    /// The condition, if there is one.
    pub fn condition(&self) -> Option<&str> {
        match self {
            Self::Path { condition, .. } if !condition.is_empty() => Some(condition),
            _ => None,
        }
    }

    /// The type, as JSON has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Path { kind, .. } => match kind {
                PathMatch::Exact => "exact",
                PathMatch::Prefix => "prefix",
                PathMatch::Begins => "begins",
            },
            Self::Tls { .. } => "tls",
            Self::Tcp { .. } => "tcp",
            Self::Default => "default",
        }
    }
}

/// A route.
#[derive(Debug, Clone)]
pub(super) struct RouteView {
    pub(super) answer: Answer,
    pub(super) facts: Arc<Facts>,
    pub(super) places: Arc<BTreeMap<Facet, Place>>,
    pub(super) place: Option<Place>,
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// A Service port.
    Service {
        /// By which it is compared: its backend without the policy.
        backend: String,
        /// As people call it.
        shown: String,
    },
    /// 503, because what the manifests ask for cannot be honoured.
    Closed,
    /// 404: neither a rule nor a default.
    NotFound,
    /// 421: TLS for the host is handed through.
    Misdirected,
    /// Connections are told apart by rules.
    Rules(String),
    /// Nobody listens.
    Nothing,
}

impl Answer {
    /// Whether it is the same for traffic.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Service { backend: one, .. }, Self::Service { backend: other, .. }) => {
                one == other
            }
            (one, other) => one == other,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service { shown, .. } => f.write_str(shown),
            Self::Closed => f.write_str("503 (closed)"),
            Self::NotFound => f.write_str("404"),
            Self::Misdirected => f.write_str("421"),
            Self::Rules(rules) => f.write_str(rules),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}

/// A Service port with its servers.
#[derive(Debug, Clone, Default)]
pub(super) struct BackendView {
    pub(super) shown: String,
    pub(super) facts: Facts,
    /// The address, and what is said about it.
    pub(super) servers: BTreeMap<String, String>,
    pub(super) place: Option<Place>,
}

/// What a name is answered with in the handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CertificateView {
    /// `namespace/name`, or the file on the host.
    pub(super) secret: String,
    pub(super) leaf: String,
    pub(super) key: String,
    pub(super) chain: String,
    pub(super) place: Option<Place>,
}
