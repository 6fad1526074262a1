//! Ports whose connections are handed to servers as they come: TCP services.
//!
//! A listener is a frontend section in `mode tcp`. What holds for the servers is said by the policy of the backends that it leads
//! to, as for HTTP; what holds for the clients stands here.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::global::ClientAuthority;
use super::log_format::LogFormat;
use super::pattern::HostPattern;
use super::policy::{AddressList, Field, KeepAlive, Millis, Setting};
use super::raw_line::RawLine;
use super::routing::{BindAddress, PemFile, Target};
use super::server::Port;
use crate::source::{Origin, Sourced};

/// A port, or several that mean the same, and the servers that its connections go to.
#[derive(Debug, Clone)]
pub struct TcpListener {
    /// The frontend's name. Where a port is still to be allocated, that of the port comes with it.
    pub name: ListenerName,
    /// Who asks for it, as people call it: `Service db/orders`, `ConfigMap haproxy/tcp`.
    pub owner: String,
    /// The Service port that the port is allocated to; `None` for listeners whose ports the manifests say, and which no lock holds.
    pub key: Option<PortKey>,
    /// The port that is asked for.
    pub wanted: Wanted,
    /// Where it listens. Empty: nowhere, because it has no port yet, or another one has it. When the ports are allocated, a backend that
    /// only such listeners name is not in the routing.
    pub binds: Vec<BindAddress>,
    /// TLS that is answered here; `None`: what clients send goes to the servers as it is.
    pub tls: Option<Termination>,
    /// How clients are spoken to.
    pub client: ClientSide,
    /// Who gets which connections: the first rule that is met. A rule about a name needs TLS, answered here or not.
    pub rules: Vec<TcpRule>,
    /// Who gets all others; [`Target::Closed`]: nobody, they are closed.
    pub default: Target,
    /// What annotations decide for it; `None` when none does.
    pub settings: Option<Arc<[Setting]>>,
    /// Raw lines, and where they are written; they stand before the rules.
    pub lines: Vec<Sourced<RawLine>>,
    /// Where it is asked for.
    pub origin: Origin,
}

impl TcpListener {
    /// One that hands all connections to `default`.
    pub fn new(owner: impl Into<String>, wanted: Wanted, default: Target, origin: Origin) -> Self {
        Self {
            name: ListenerName::unallocated(),
            owner: owner.into(),
            key: None,
            wanted,
            binds: Vec::new(),
            tls: None,
            client: ClientSide::default(),
            rules: Vec::new(),
            default,
            settings: None,
            lines: Vec::new(),
            origin,
        }
    }

    /// Whether anybody can connect to it.
    pub fn is_bound(&self) -> bool {
        !self.binds.is_empty()
    }

    /// Whether it shows the certificates of the HTTPS listener.
    pub fn shares_certificates(&self) -> bool {
        let tls = self.tls.as_ref();
        tls.is_some_and(|tls| tls.certificates == TcpCertificates::Shared)
    }

    /// Closes all connections: nobody may have them.
    pub fn close(&mut self) {
        self.rules.clear();
        self.default = Target::Closed;
    }

    /// What its connections may lead to.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        let rules = self.rules.iter().map(|rule| &rule.target);
        rules.chain([&self.default])
    }

    /// The same, to change them.
    pub fn targets_mut(&mut self) -> impl Iterator<Item = &mut Target> {
        let rules = self.rules.iter_mut().map(|rule| &mut rule.target);
        rules.chain([&mut self.default])
    }

    /// Whether some rule is about the handshake, or about the name that clients ask for in it.
    pub fn asks_for_names(&self) -> bool {
        let mut tests = self.rules.iter().flat_map(|rule| &rule.tests);
        tests.any(|test| match test.what {
            TcpCriterion::Name(_) | TcpCriterion::Handshake => true,
            TcpCriterion::Source(_) => false,
        })
    }
}

/// Which port is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Any of the pool: the one that the lock has, or else a free one.
    Pool,
    /// This one, on the addresses of the configuration.
    Port(Sourced<Port>),
    /// These ones, each with its address.
    Binds(Vec<Sourced<BindAddress>>),
}

/// Ports that exposed Services are given, the first and the last one among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortRange {
    first: Port,
    last: Port,
}

impl PortRange {
    /// Reads `26000-26999`, or one port.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let port = |text: &str| text.parse().ok().filter(|_| digits(text));
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (port(first)?, port(last)?);
        (first <= last).then_some(Self { first, last })
    }

    /// Whether a port is among them.
    pub fn contains(self, port: Port) -> bool {
        (self.first..=self.last).contains(&port)
    }

    /// Those that both have; `None` where they have none.
    pub fn shared(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (first <= last).then_some(Self { first, last })
    }

    /// All of them, the lowest first.
    pub fn ports(self) -> impl Iterator<Item = Port> {
        (self.first.get()..=self.last.get()).filter_map(Port::new)
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// A port that an object names, whether or not the entry that names it can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcpAsked {
    /// The port, and where it is named.
    pub port: Sourced<Port>,
    /// The object, as people call it: `ConfigMap db/tcp`.
    pub by: String,
}

/// A Service port in the lock: `namespace/service:port`, by number. Ordered as the lock is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortKey {
    /// Namespace of the Service.
    pub namespace: String,
    /// Name of the Service.
    pub service: String,
    /// Number of the Service port.
    pub port: Port,
}

impl PortKey {
    /// Reads `namespace/service:port`. Names are what a backend can be called after: `a-z`, `0-9`, `-` and `.`.
    pub fn parse(text: &str) -> Option<Self> {
        let (namespace, rest) = text.split_once('/')?;
        let (service, port) = rest.rsplit_once(':')?;
        let key = Self {
            namespace: namespace.to_owned(),
            service: service.to_owned(),
            port: port_number(port)?,
        };
        key.is_legal().then_some(key)
    }

    /// Whether [`PortKey::parse`] reads back what is shown of it.
    pub fn is_legal(&self) -> bool {
        let clean = |part: &str, most| {
            let legal =
                |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
            (1..=most).contains(&part.len()) && part.bytes().all(legal)
        };
        clean(&self.namespace, 63) && clean(&self.service, 253)
    }
}

/// Reads a port as it is written by [`fmt::Display`]: digits, the first of which is not 0.
pub(crate) fn port_number(text: &str) -> Option<Port> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| digits)
}

impl fmt::Display for PortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:{}", self.namespace, self.service, self.port)
    }
}

/// The name of a frontend section: `fe_tcp_26000` of a port, `fe_tcp_db_mysql` of an object that several may want.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerName(String);

impl ListenerName {
    /// That of a listener without a port, which is not emitted.
    pub fn unallocated() -> Self {
        Self("fe_tcp".to_owned())
    }

    /// That of the one listener of a port.
    pub fn of_port(port: Port) -> Self {
        Self(format!("fe_tcp_{port}"))
    }

    /// That of a listener with a name of its own in a namespace: letters, digits, `-` and `.`, at most 63 and 128 of them; in the
    /// name `_` and `:`, too. A namespace holds no `_`, so this is never the name of a port's, nor of another object's.
    pub fn of_object(namespace: &str, name: &str) -> Option<Self> {
        Self::of_part(namespace, name, 0)
    }

    /// The same for an object that needs several: `fe_tcp_db_pg` for part 0, then `fe_tcp.1_db_pg`.
    pub fn of_part(namespace: &str, name: &str, part: usize) -> Option<Self> {
        let clean = |text: &str, most, others: &[u8]| {
            let legal = |b: u8| b.is_ascii_alphanumeric() || others.contains(&b);
            (1..=most).contains(&text.len()) && text.bytes().all(legal)
        };
        if !clean(namespace, 63, b"-.") || !clean(name, 128, b"-._:") {
            return None;
        }
        Some(Self(match part {
            0 => format!("fe_tcp_{namespace}_{name}"),
            part => format!("fe_tcp.{part}_{namespace}_{name}"),
        }))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ListenerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the clients of a listener are spoken to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientSide {
    /// `timeout client`: how long a client may stay silent before its server has accepted the connection; then `timeout tunnel` holds.
    pub timeout: Option<Millis>,
    /// The most connections at a time; further ones wait in the kernel. Never 0, which HAProxy takes for no limit.
    pub maxconn: Option<NonZeroU32>,
    /// Whether connections begin with a PROXY header that says whom they stand for.
    pub proxy: AcceptProxy,
    /// What is logged of a connection; `None`: as `option tcplog` has it.
    pub log_format: Option<LogFormat>,
    /// Whether the kernel asks silent clients whether they are still there.
    pub keepalive: KeepAlive,
    /// Where these were written.
    pub origins: BTreeMap<Field, Origin>,
}

/// Whose connections begin with a PROXY header (<https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AcceptProxy {
    /// Nobody's.
    #[default]
    Never,
    /// Everybody's: a connection without one is closed. Whoever can connect can claim any address.
    Always,
    /// Those of these proxies.
    From(AddressList),
}

/// TLS that is answered by HAProxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Termination {
    /// What it is answered with.
    pub certificates: TcpCertificates,
    /// Whose certificates clients have to show.
    pub clients: Option<ClientAuthority>,
    /// Protocols that clients may choose from; empty: none is offered.
    pub alpn: Vec<ProtocolName>,
    /// Where it is asked for.
    pub origin: Origin,
}

/// The name of a protocol that clients ask for in the handshake (RFC 7301), such as `postgresql`: letters, digits and `./_+:-`, at most 64
/// of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProtocolName(String);

impl ProtocolName {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"./_+:-".contains(&b);
        ((1..=64).contains(&text.len()) && text.bytes().all(legal)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The certificates of a TCP listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TcpCertificates {
    /// Those of the HTTPS listener.
    Shared,
    /// Its own.
    Own {
        /// Answers names that no other covers, and clients that ask for none; without it both are refused.
        default: Option<PemFile>,
        /// By name, sorted; no name stands twice.
        named: Vec<(HostPattern, PemFile)>,
    },
}

impl Termination {
    /// The files with keys or authorities that are no others' than its own.
    pub fn files(&self) -> impl Iterator<Item = &PemFile> {
        let clients = self.clients.as_ref().map(|clients| &clients.file);
        self.shown().chain(clients)
    }

    /// The certificates that are no others' than its own.
    pub fn shown(&self) -> impl Iterator<Item = &PemFile> {
        let (default, named) = match &self.certificates {
            TcpCertificates::Shared => (None, &[][..]),
            TcpCertificates::Own { default, named } => (default.as_ref(), &named[..]),
        };
        let named = named.iter().map(|(_, file)| file);
        default.into_iter().chain(named)
    }
}

/// Who gets the connections that meet all tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcpRule {
    /// All have to hold.
    pub tests: Vec<TcpTest>,
    /// Who gets them; [`Target::Closed`] closes them.
    pub target: Target,
    /// Where that is written.
    pub origin: Origin,
}

/// A question about a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcpTest {
    /// Whether the answer has to be no.
    pub negated: bool,
    /// What is asked.
    pub what: TcpCriterion,
}

/// What can be asked about a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TcpCriterion {
    /// The name in the TLS handshake, in any case of letters.
    Name(HostPattern),
    /// The client's address.
    Source(AddressList),
    /// Whether it begins with a TLS handshake, which goes through as it is.
    Handshake,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_is_one_word_without_commas() {
        for text in ["postgresql", "h2", "http/1.1", "x-amzn-mqtt-ca"] {
            assert!(ProtocolName::new(text).is_some(), "{text}");
        }
        for text in ["", "a b", "a,b", "a\nb", "%[env(A)]", &"a".repeat(65)] {
            assert_eq!(ProtocolName::new(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_of_listeners_never_meet() {
        let port = Port::new(5432).expect("a port");
        assert_eq!(ListenerName::of_port(port).as_str(), "fe_tcp_5432");
        let named = ListenerName::of_object("db", "mysql.main").expect("legal");
        assert_eq!(named.as_str(), "fe_tcp_db_mysql.main");
        let spelled = ListenerName::of_object("db", "fe_pg:1").expect("legal");
        assert_eq!(spelled.as_str(), "fe_tcp_db_fe_pg:1");
        let second = ListenerName::of_part("db", "mysql.main", 1).expect("legal");
        assert_eq!(second.as_str(), "fe_tcp.1_db_mysql.main");
        for (namespace, name) in [
            ("", "a"),
            ("a", ""),
            ("a", "b c"),
            ("a_b", "c"),
            ("a", "b\n"),
        ] {
            assert_eq!(ListenerName::of_object(namespace, name), None, "{name:?}");
        }
    }

    #[test]
    fn keys_are_ordered_by_number() {
        let key = |port| PortKey {
            namespace: "db".to_owned(),
            service: "pg".to_owned(),
            port: Port::new(port).expect("a port"),
        };
        assert!(key(80) < key(443));
        assert_eq!(key(5432).to_string(), "db/pg:5432");
    }
}
