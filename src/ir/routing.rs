//! Hosts, paths, backends, servers, certificates: one value that says all that HAProxy is to do.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use super::condition::Condition;
use super::global::Global;
use super::names::{BackendName, FileStem, ResolversName};
use super::pattern::{HostPattern, PathPattern};
use super::policy::{PolicyName, PolicySection, Setting};
use super::server::{HealthCheck, Port, Resolvers, Server, ServerProtocol};
use super::tcp::{TcpAsked, TcpListener};
use crate::source::{Origin, Sourced};

/// Everything that is emitted and simulated. Built by `lower`; the maps and sorted lists make its order the output's.
#[derive(Debug, Clone, Default)]
pub struct Routing {
    /// Where HAProxy listens.
    pub listeners: Listeners,
    /// Hosts with a name, sorted by pattern, one entry each.
    pub hosts: Vec<Host>,
    /// Rules without a host: they meet requests whose host is not in `hosts`.
    pub any_host: Vec<PathRule>,
    /// Hosts whose TLS is handed through to a backend, which has the certificate. The most specific name decides, among these and
    /// the hosts and certificates that are answered here.
    pub passthrough: BTreeMap<HostPattern, Claim>,
    /// What answers when nothing else does; 404 when `None`.
    pub default: Option<Claim>,
    /// Ports whose connections go to servers as they come, in the order of [`TcpListener::key`], the others behind them.
    pub tcp: Vec<TcpListener>,
    /// The ports that objects name which list ports, also those of entries that cannot be read: nobody else gets them.
    pub tcp_asked: Vec<TcpAsked>,
    /// The backends that some rule reaches.
    pub backends: BTreeMap<BackendName, Backend>,
    /// What [`Backend::policy`] names.
    pub policies: BTreeMap<PolicyName, PolicySection>,
    /// What holds for every connection.
    pub global: Global,
    /// The DNS servers that [`Server::resolvers`] name.
    pub resolvers: BTreeMap<ResolversName, Resolvers>,
    /// What TLS connections are answered with.
    pub certificates: Certificates,
}

impl Routing {
    /// Whether some request has a way, or a name whose TLS goes through.
    pub fn is_routed(&self) -> bool {
        !self.hosts.is_empty()
            || !self.any_host.is_empty()
            || !self.passthrough.is_empty()
            || self.default.is_some()
    }
}

/// Where HAProxy listens. An empty list switches the listener off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listeners {
    /// Plain HTTP.
    pub http: Vec<BindAddress>,
    /// HTTP over TLS; bound only when there is a certificate.
    pub https: Vec<BindAddress>,
}

/// A bind address: `:80` (every IPv4 and IPv6 address) or an address with a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BindAddress {
    /// Every address of the host.
    Any(Port),
    /// One address.
    One(SocketAddr),
}

impl BindAddress {
    /// Reads `:80`, `*:80`, `10.0.0.1:80` or `[::1]:80`. Port 0 is refused.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(port) = text.strip_prefix("*:").or_else(|| text.strip_prefix(':')) {
            return port.parse().ok().map(Self::Any);
        }
        let address: SocketAddr = text.parse().ok()?;
        (address.port() != 0).then_some(Self::One(address))
    }

    /// Whether some connection would meet both. An IPv6 socket never takes IPv4 connections: those for every address are bound so.
    pub fn overlaps(self, other: Self) -> bool {
        let covers = |all: Self, other: Self| match (all, other) {
            (Self::Any(_), _) => true,
            (Self::One(all), Self::One(other)) => {
                all.ip().is_unspecified() && all.is_ipv4() == other.is_ipv4()
            }
            (Self::One(_), Self::Any(_)) => false,
        };
        let same_port = self.port() == other.port();
        same_port && (self == other || covers(self, other) || covers(other, self))
    }

    /// The port.
    pub fn port(self) -> u16 {
        match self {
            Self::Any(port) => port.get(),
            Self::One(address) => address.port(),
        }
    }
}

/// As it is written in the configuration.
impl fmt::Display for BindAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any(port) => write!(f, ":{port}"),
            Self::One(address) => write!(f, "{address}"),
        }
    }
}

/// A host and the paths below it.
#[derive(Debug, Clone)]
pub struct Host {
    /// Which names.
    pub pattern: HostPattern,
    /// The key that stands for it in the path map. Derived from the pattern, so that it survives other hosts' coming and going.
    pub id: HostId,
    /// The paths, sorted by pattern, one entry each.
    pub rules: Vec<PathRule>,
}

/// A short key that stands for a host in the path map: ours, never the client's text. `h0` stands for rules without a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(String);

impl HostId {
    /// The id of rules without a host.
    pub fn any() -> Self {
        Self("h0".to_owned())
    }

    /// `h` and hexadecimal digits.
    pub fn new(digits: &str) -> Option<Self> {
        (digits.len() >= 4 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .then(|| Self(format!("h{digits}")))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A path and who answers it.
#[derive(Debug, Clone)]
pub struct PathRule {
    /// Which paths.
    pub path: PathPattern,
    /// What holds under a condition, in order: the first whose condition is met.
    pub alternatives: Vec<Alternative>,
    /// The rule that holds when no alternative does. Its target is [`Target::Next`] where there are alternatives only.
    pub claim: Claim,
    /// Rules for the same host and path that lost to it, each with the reason; shown by `route`.
    pub losers: Vec<(Claim, String)>,
}

/// A claim that holds for some requests only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// For which ones, and where that is written.
    pub condition: Sourced<Condition>,
    /// What holds then.
    pub claim: Claim,
}

/// One manifest's wish that something be answered by something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The Ingress, `namespace/name`.
    pub ingress: String,
    /// How the manifest says it: `Prefix /cart`, `defaultBackend`.
    pub wording: String,
    /// What answers.
    pub target: Target,
    /// The path (or default backend) in the manifest.
    pub origin: Origin,
    /// What annotations decide for it, by setting; `None` when none does.
    pub settings: Option<Arc<[Setting]>>,
}

/// What answers a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A backend of [`Routing::backends`].
    Backend(BackendName),
    /// 503: the manifests ask for something that cannot be honoured, and a shorter path must not answer in its place.
    Closed,
    /// The next shorter path of the host, or else the default: the rule has alternatives only.
    Next,
    /// 421: TLS for the host is handed through, so HAProxy has no answers for it. The rules of the policy come first; they may
    /// redirect to https.
    Misdirected(Option<PolicyName>),
}

/// A Service port as a backend section.
#[derive(Debug, Clone)]
pub struct Backend {
    /// The section's name.
    pub name: BackendName,
    /// What it stands for.
    pub service: ServiceRef,
    /// What annotations decide for it; `None` when they say nothing.
    pub policy: Option<PolicyName>,
    /// How HAProxy talks to the servers.
    pub protocol: ServerProtocol,
    /// How the servers are checked.
    pub health: HealthCheck,
    /// `sessionAffinity: ClientIP`: a client goes to one server, and is remembered for so many seconds.
    pub client_ip_affinity: Option<u32>,
    /// Sorted by name, those of a backup Service last; by number where an earlier bundle gave them some; empty answers 503.
    pub servers: Vec<Server>,
    /// The Service port whose servers stand in (`ingressc/backup`), and where that is written.
    pub backup: Option<Sourced<ServiceRef>>,
    /// The Service's port in the manifests, or the Ingress's reference to it.
    pub origin: Origin,
}

/// A Service port, as people call it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceRef {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// The Service port's number.
    pub port: u16,
    /// The Service port's name, as [`ServiceRef::port_name`] lets it pass; empty when it has none.
    pub port_name: String,
}

impl ServiceRef {
    /// `name`, if a port can be called that (DNS label: `a-z`, `0-9`, `-`); else nothing, and the port goes by its number.
    pub fn port_name(name: &str) -> String {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.len() <= 63 && name.bytes().all(legal) {
            name.to_owned()
        } else {
            String::new()
        }
    }
}

impl fmt::Display for ServiceRef {
    /// `namespace/name:port`, with the port's name where it has one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:", self.namespace, self.name)?;
        if self.port_name.is_empty() {
            write!(f, "{}", self.port)
        } else {
            f.write_str(&self.port_name)
        }
    }
}

/// The certificates of the TLS listener.
#[derive(Debug, Clone, Default)]
pub struct Certificates {
    /// Answers names that no other entry covers. Without it such handshakes are refused (`strict-sni`).
    pub default: Option<FileStem>,
    /// By file. No name stands in the SNI list of two.
    pub files: BTreeMap<FileStem, Certificate>,
}

impl Certificates {
    /// Whether any certificate would be offered to anybody, so that listening for TLS makes sense.
    pub fn offers_any(&self) -> bool {
        self.default.is_some() || self.files.values().any(|file| !file.names.is_empty())
    }

    /// The hosts that some certificate is offered for.
    pub fn covered(&self) -> CoveredHosts<'_> {
        let names = self.files.values().flat_map(|file| &file.names);
        CoveredHosts(names.map(|name| &name.value).collect())
    }

    /// Whether names that no certificate is offered for are refused in the handshake.
    pub fn refuses_unknown(&self, global: &Global) -> bool {
        self.default.is_none() || global.client_tls.strict_sni
    }
}

/// The hosts of which some certificate is offered. What a default certificate answers is not among them.
#[derive(Debug)]
pub struct CoveredHosts<'c>(HashSet<&'c HostPattern>);

impl CoveredHosts<'_> {
    /// Whether a client that asks for `host` is shown a certificate that is offered for it: by its name, or by a wildcard for it.
    pub fn has(&self, host: &HostPattern) -> bool {
        self.0.contains(host) || host.wildcard().is_some_and(|above| self.0.contains(&above))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One certificate with its key, and the names it is offered for.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// Where it came from, `namespace/name` of the Secret.
    pub secret: String,
    /// The key, the leaf and the chain, re-encoded by us; or a file of the host that we are not to write.
    pub pem: Pem,
    /// The names from `tls.hosts` for which it is offered, each with its place; sorted.
    pub names: Vec<Sourced<HostPattern>>,
    /// The Secret in the manifests, or the reference to it.
    pub origin: Origin,
}

/// A file of ours that a setting names, and what it holds; or a file on the host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PemFile {
    /// What ours is called. It follows from the content, so that one name never means two.
    pub stem: FileStem,
    /// Its content, or the other file.
    pub pem: Pem,
}

/// Key and certificates in the order HAProxy wants them. Never printed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pem {
    /// The text of a file of ours: canonical PEM blocks, nothing else.
    Inline(String),
    /// A file on the host: an absolute path without blanks, brackets or control characters, because a crt-list cannot quote.
    File(String),
}

impl Pem {
    /// Joins blocks that were encoded by us. Anything but PEM lines is refused.
    pub fn inline(text: String) -> Option<Self> {
        let legal = |line: &str| {
            line.starts_with("-----BEGIN ")
                || line.starts_with("-----END ")
                || line
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
        };
        (text.ends_with('\n') && text.lines().all(legal)).then_some(Self::Inline(text))
    }

    /// Checks a path.
    pub fn file(path: &str) -> Option<Self> {
        let legal = |b: u8| {
            b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-' | b'+' | b'@' | b':')
        };
        (path.starts_with('/') && path.bytes().all(legal)).then(|| Self::File(path.to_owned()))
    }
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline(_) => f.write_str("Inline([redacted])"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}
