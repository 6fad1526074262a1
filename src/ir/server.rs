//! Servers: where they listen, how they are spoken to and checked, and which resolver found them.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU16;

use super::names::{ClusterName, ResolversName, ServerName};
use super::pattern::{HostPattern, PathMatch, PathPattern, PatternError};
use super::server_id::ServerId;
use crate::source::Origin;

/// A TCP port, 1 to 65535.
pub type Port = NonZeroU16;

/// One server of a backend, or a template of several that DNS fills.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its name in HAProxy; of a template, what the names of its servers begin with.
    pub name: ServerName,
    /// Its number, where it is another one than that of its place among the servers. A template has none.
    pub id: Option<ServerId>,
    /// Where it listens.
    pub endpoint: Endpoint,
    /// A `server-template` with so many servers, each of which takes one of the addresses that DNS answers with.
    pub slots: Option<NonZeroU16>,
    /// The `resolvers` section that is asked for its address: set exactly when that is a name.
    pub resolvers: Option<ResolversName>,
    /// Its share of the requests; HAProxy's default, 1, when not set.
    pub weight: Option<Weight>,
    /// Asked only when no other server is up.
    pub backup: bool,
    /// Known to be in another zone than this host (`endpoints.zone`).
    pub elsewhere: bool,
    /// Whether, and where, it is checked.
    pub check: Check,
    /// The cluster it is in, where there are several.
    pub cluster: Option<ClusterName>,
    /// Which resolver found it.
    pub resolver: Resolver,
    /// The address in the manifests, the inventory or the configuration.
    pub origin: Origin,
}

impl Server {
    /// A server like most: checked where it listens, with the weight of the others.
    pub fn new(endpoint: Endpoint, resolver: Resolver, origin: Origin) -> Self {
        let resolvers = match endpoint.address {
            Address::Ip(_) => None,
            Address::Name(_) | Address::Service(_) => Some(ResolversName::system()),
        };
        Self {
            name: ServerName::new(&endpoint),
            id: None,
            endpoint,
            slots: None,
            resolvers,
            weight: None,
            backup: false,
            elsewhere: false,
            check: Check::Here,
            cluster: None,
            resolver,
            origin,
        }
    }
}

/// A way from a Service port to servers. `endpoints.order` lists them, the first that answers wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolver {
    /// A file that lists servers by Service port.
    Inventory,
    /// EndpointSlices or Endpoints among the manifests.
    Slices,
    /// The node port, on every node.
    NodePort,
    /// The address of the load balancer in front of the Service.
    LoadBalancer,
    /// The name that a Service of type ExternalName stands for.
    ExternalName,
    /// `spec.externalIPs`.
    ExternalIps,
    /// The DNS of the cluster, asked while HAProxy runs.
    Dns,
    /// Ports that pods have on their nodes.
    HostPort,
    /// `spec.clusterIP`, where this host has a route to it.
    ClusterIp,
    /// None: an address that nobody has (RFC 5737), so that `haproxy -c` has something to judge.
    Placeholder,
}

impl Resolver {
    /// All that may stand in `endpoints.order`.
    pub const ALL: [Self; 9] = [
        Self::Inventory,
        Self::Slices,
        Self::NodePort,
        Self::LoadBalancer,
        Self::ExternalName,
        Self::ExternalIps,
        Self::Dns,
        Self::HostPort,
        Self::ClusterIp,
    ];

    /// The order where none is configured. The others are wrong too easily to be taken without being asked for.
    pub const DEFAULT_ORDER: [Self; 6] = [
        Self::Inventory,
        Self::Slices,
        Self::NodePort,
        Self::LoadBalancer,
        Self::ExternalName,
        Self::Dns,
    ];

    /// As it is written in the configuration, and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::Slices => "slices",
            Self::NodePort => "nodePort",
            Self::LoadBalancer => "loadBalancer",
            Self::ExternalName => "externalName",
            Self::ExternalIps => "externalIPs",
            Self::Dns => "dns",
            Self::HostPort => "hostPort",
            Self::ClusterIp => "clusterIP",
            Self::Placeholder => "placeholder",
        }
    }

    /// Reads a name of [`Resolver::ALL`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|resolver| resolver.name() == text)
    }
}

impl fmt::Display for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A share of the requests, 0 to 256; 0 takes none (manual 5.2, "weight").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(u16);

impl Weight {
    /// The largest one that HAProxy takes.
    pub const MAX: u16 = 256;

    /// Checks the range.
    pub fn new(weight: u16) -> Option<Self> {
        (weight <= Self::MAX).then_some(Self(weight))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Whether, and where, a server is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Check {
    /// On the port that takes the requests.
    #[default]
    Here,
    /// On another port of the same address.
    At(Port),
    /// Not at all: it counts as up.
    Off,
}

/// How the servers of a backend are checked. All alike, because HAProxy knows one way a backend.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum HealthCheck {
    /// They accept connections.
    #[default]
    Connect,
    /// They answer GET of this path with a status of 200 to 399.
    Http(CheckPath),
}

/// The path of a health check: what [`PathPattern`] lets pass as an exact path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckPath(String);

impl CheckPath {
    /// Checks `text`.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        PathPattern::new(PathMatch::Exact, text).map(|_| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CheckPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// DNS servers to ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolvers {
    /// In the order of the configuration; empty means those of the host's `/etc/resolv.conf`.
    pub nameservers: Vec<Nameserver>,
}

/// A DNS server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nameserver {
    /// Asked over TCP: answers of any size, and no spoofing, at the price of a connection.
    pub tcp: bool,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Nameserver {
    /// Reads `10.96.0.10`, `10.96.0.10:53`, `[fd00::a]:53` or the same after `tcp@`. Without a port it is 53; port 0 is refused.
    pub fn parse(text: &str) -> Option<Self> {
        let (tcp, text) = match text.strip_prefix("tcp@") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let address = match text.parse::<IpAddr>() {
            Ok(ip) => SocketAddr::new(ip, 53),
            Err(_) => text.parse().ok()?,
        };
        (address.port() != 0).then_some(Self { tcp, address })
    }
}

impl fmt::Display for Nameserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = if self.tcp { "tcp@" } else { "" };
        write!(f, "{transport}{}", self.address)
    }
}

/// How HAProxy talks to a server. From `appProtocol`
/// (<https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ServerProtocol {
    /// HTTP/1.1 in clear.
    #[default]
    Http1,
    /// HTTP/2 in clear with prior knowledge (`kubernetes.io/h2c`).
    H2c,
    /// HTTP/1.1 over TLS (`https`, `kubernetes.io/wss`).
    Https,
    /// Whatever the client speaks: its bytes are handed through.
    Tcp,
}

/// An address and a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// The address.
    pub address: Address,
    /// The port.
    pub port: Port,
}

/// An IP address, or a name that HAProxy resolves while it runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// An IP address.
    Ip(IpAddr),
    /// A DNS name with address records.
    Name(Fqdn),
    /// A DNS name with service records, which give the ports too; [`Endpoint::port`] is not asked then.
    Service(ServiceRecord),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => write!(f, "{address}"),
            Self::Name(name) => write!(f, "{name}"),
            Self::Service(record) => write!(f, "{record}"),
        }
    }
}

/// A DNS name to resolve: as [`HostPattern`] without a star; a trailing dot is dropped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fqdn(String);

impl Fqdn {
    /// Checks `text`; upper case is lowered.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let pattern = HostPattern::new(&name)?;
        if pattern.is_wildcard() {
            return Err(PatternError("a wildcard, where a name belongs"));
        }
        Ok(Self(name))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fqdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name with service records (RFC 2782), `_port._tcp.service.namespace.svc.domain`: the first two labels begin with `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceRecord(String);

impl ServiceRecord {
    /// The records of the port called `port` below `name`. `None` when the port is no DNS label with `_` before it, or when the
    /// whole is longer than 253 bytes.
    pub fn tcp(port: &str, name: &Fqdn) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let record = format!("_{port}._tcp.{name}");
        ((1..=62).contains(&port.len()) && port.bytes().all(legal) && record.len() <= 253)
            .then_some(Self(record))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServiceRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nameserver_is_an_address_with_a_port() {
        for (text, shown) in [
            ("10.96.0.10", Some("10.96.0.10:53")),
            ("10.96.0.10:1053", Some("10.96.0.10:1053")),
            ("tcp@[fd00::a]:53", Some("tcp@[fd00::a]:53")),
            ("fd00::a", Some("[fd00::a]:53")),
            ("10.96.0.10:0", None),
            ("dns.example.com", None),
            ("", None),
        ] {
            let read = Nameserver::parse(text).map(|server| server.to_string());
            assert_eq!(read.as_deref(), shown, "{text}");
        }
    }

    #[test]
    fn resolvers_are_read_by_their_names() {
        for resolver in Resolver::ALL {
            assert_eq!(Resolver::parse(resolver.name()), Some(resolver));
        }
        assert_eq!(Resolver::parse("placeholder"), None);
        assert_eq!(Resolver::parse("nodeport"), None);
    }

    #[test]
    fn service_records_hold_nothing_but_labels() {
        let name = Fqdn::new("web.shop.svc.cluster.local").expect("legal");
        let record = ServiceRecord::tcp("http", &name).map(|record| record.to_string());
        assert_eq!(
            record.as_deref(),
            Some("_http._tcp.web.shop.svc.cluster.local")
        );
        for illegal in ["", &"a".repeat(63), "a b", "Http", "a.b", "a\n"] {
            assert_eq!(ServiceRecord::tcp(illegal, &name), None, "{illegal:?}");
        }
    }
}
