//! What the templates of `haproxy.cfg` see.
//!
//! In: the routing model. Out: text in which each line that a manifest caused ends in a mark (see [`super::lines`]).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use askama::Template;
use askama::filters::Safe;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::addresses::{Among, among, client_sources};
use super::escape::{Comment, Mark, MaybeMark, Verbatim, comment, mark, maybe_mark, raw, verbatim};
use super::include::{self, Fragment, Include};
use super::maps::{Guard, MISDIRECTED, Maps, NOT_FOUND, section};
use super::policy::{Question, Slot, Users, slots, users};
use super::{EmitError, Settings, pem_files};
use crate::ir::global::{Alpn, ClientAuthority};
use crate::ir::policy::{
    AddressList, CheckVersion, ClientSource, RateLimit, ServerHttp, ServerTls,
};
use crate::ir::{
    Address, Backend, BindAddress, Check, Endpoint, Field, Global, HaproxyVersion, Layout, Millis,
    Nameserver, PolicyName, PolicySection, Process, RawLine, ResolversName, Routing, Server,
    ServerProtocol, ServiceRef, SocketPath, Target,
};
use crate::source::{Origin, Sourced, Sources};

/// All but the sections of Service ports.
#[derive(Template)]
#[template(path = "haproxy.cfg")]
struct Config<'a> {
    header: Vec<Safe<Comment<&'a str>>>,
    target: HaproxyVersion,
    http: Vec<Bind>,
    /// Where TLS is answered; empty without a certificate.
    https: Vec<Bind>,
    /// Where handshakes are read that may be for the servers, before TLS is answered.
    passthrough: Vec<Bind>,
    /// The address within the host at which the TLS arrives then that is answered here.
    loopback: String,
    wild_names: bool,
    guards: &'a [Guard<'a>],
    strict_sni: bool,
    wildcards: bool,
    resolvers: Vec<ResolversSection<'a>>,
    default_backend: Cow<'a, str>,
    default_origin: Option<Origin>,
    process: &'a Process,
    metrics: Vec<Bind>,
    captures: Vec<Slot>,
    /// What the controllers' ConfigMap decides.
    global: &'a Global,
    /// The headers that say who the client is.
    client_sources: BTreeMap<&'a ClientSource, Option<Origin>>,
    include: &'a Include,
    sources: &'a Sources,
}

/// What annotations decide, a named `defaults` each.
#[derive(Template)]
#[template(path = "policies.cfg")]
pub(super) struct Policies<'a> {
    pub(super) policies: &'a BTreeMap<PolicyName, PolicySection>,
    /// Whose they are.
    pub(super) users: BTreeMap<&'a PolicyName, Users<'a>>,
    pub(super) target: HaproxyVersion,
}

/// Answers for hosts whose TLS is handed through, one for each policy that they have.
#[derive(Template)]
#[template(path = "misdirected.cfg")]
struct Misdirected<'a> {
    policies: BTreeSet<Option<&'a PolicyName>>,
}

/// What rate limits count in, by the name of the section.
#[derive(Template)]
#[template(path = "tables.cfg")]
struct Tables<'a> {
    tables: BTreeMap<String, Table<'a>>,
    /// Whether stick tables are shared with other hosts.
    peers: bool,
}

/// A table, and who asked for it first.
struct Table<'a> {
    limit: &'a RateLimit,
    origin: Option<Origin>,
}

/// Sections of Service ports.
#[derive(Template)]
#[template(path = "backends.cfg")]
pub(super) struct Services<'a> {
    backends: &'a [&'a Backend],
    pub(super) policies: &'a BTreeMap<PolicyName, PolicySection>,
    /// Whether stick tables are shared with other hosts.
    peers: bool,
    include: &'a BTreeMap<String, Sourced<Vec<Fragment>>>,
    sources: &'a Sources,
}

/// The operator's own sections.
#[derive(Template)]
#[template(path = "sections.cfg")]
struct Sections<'a> {
    sections: &'a [Fragment],
    sources: &'a Sources,
}

/// As many sections are rendered in one go; the others beside them.
const SHARE: usize = 1_000;

/// Renders the file, with marks, in parts of whole lines.
///
/// A bundle without a listener is an error, because HAProxy would not start.
pub(super) fn render(
    routing: &Routing,
    maps: &Maps<'_>,
    sources: &Sources,
    settings: &Settings,
) -> Result<Vec<String>, EmitError> {
    let binds = |addresses: &[BindAddress]| addresses.iter().copied().map(Bind::Address).collect();
    let tls = routing.certificates.offers_any();
    let config = Config {
        header: settings
            .header
            .iter()
            .map(|line| comment(line.as_str()))
            .collect(),
        target: settings.target,
        http: binds(&routing.listeners.http),
        https: match (tls, routing.passthrough.is_empty()) {
            (false, _) => Vec::new(),
            (true, true) => binds(&routing.listeners.https),
            (true, false) if routing.listeners.https.is_empty() => Vec::new(),
            (true, false) => vec![Bind::Within(loopback(&routing.listeners.https))],
        },
        passthrough: if routing.passthrough.is_empty() {
            Vec::new()
        } else {
            binds(&routing.listeners.https)
        },
        loopback: loopback(&routing.listeners.https),
        wild_names: !maps.wild_sni.is_empty(),
        guards: &maps.guards,
        strict_sni: routing.certificates.default.is_none() || routing.global.client_tls.strict_sni,
        wildcards: !maps.wild.is_empty(),
        resolvers: resolvers(routing)?,
        default_backend: routing
            .default
            .as_ref()
            .map_or(Cow::Borrowed(NOT_FOUND), |claim| section(&claim.target)),
        default_origin: routing.default.as_ref().map(|claim| claim.origin),
        process: &settings.process,
        metrics: binds(&settings.process.metrics),
        captures: slots(&routing.policies),
        global: &routing.global,
        client_sources: client_sources(routing.policies.values()),
        include: &settings.include,
        sources,
    };
    if config.http.is_empty() && config.https.is_empty() && config.passthrough.is_empty() {
        return Err(EmitError::NoListener);
    }
    if let Some(address) = taken_twice(routing, &settings.process) {
        return Err(EmitError::AddressTaken(address));
    }
    let peers = !settings.process.peers.is_empty();
    let backends: Vec<&Backend> = routing.backends.values().collect();
    let head = config.render().map(|text| text + "\n");
    let sections = backends.par_chunks(SHARE).map(|backends| {
        let part = Services {
            backends,
            policies: &routing.policies,
            peers,
            include: &settings.include.backends,
            sources,
        };
        let mut text = part.render()?;
        // The template opens a section with the line feed that ends the one before.
        text.remove(0);
        text.push('\n');
        Ok(text)
    });
    let own = (!settings.include.sections.is_empty()).then(|| {
        let sections = &settings.include.sections;
        let mut text = Sections { sections, sources }.render()?;
        text.remove(0);
        text.push('\n');
        Ok(text)
    });
    let policies = (!routing.policies.is_empty()).then(|| {
        let policies = Policies {
            policies: &routing.policies,
            users: users(routing),
            target: settings.target,
        };
        let mut text = policies.render()?;
        text.remove(0);
        text.push('\n');
        Ok(text)
    });
    let misdirected = misdirected(routing).map(|part| {
        let mut text = part.render()?;
        text.remove(0);
        text.push('\n');
        Ok(text)
    });
    let tables = tables(routing);
    let tables = (!tables.is_empty()).then(|| {
        let mut text = Tables { tables, peers }.render()?;
        text.remove(0);
        text.push('\n');
        Ok(text)
    });
    rayon::iter::once(head)
        .chain(policies)
        .chain(misdirected)
        .chain(tables)
        .chain(sections)
        .chain(own)
        .collect::<askama::Result<_>>()
        .map_err(|_| EmitError::Unprintable)
}

/// Every table that some limit counts in.
fn tables(routing: &Routing) -> BTreeMap<String, Table<'_>> {
    let mut tables = BTreeMap::new();
    for section in routing.policies.values() {
        if let Some(limit) = &section.policy.rate_limit {
            let origin = section.origins.get(&Field::RateLimit).copied();
            let table = Table { limit, origin };
            tables.entry(limit.table()).or_insert(table);
        }
    }
    tables
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Config<'_> {
    /// The section that an alternative leads to.
    fn section<'b>(&self, target: &'b Target) -> Cow<'b, str> {
        section(target)
    }

    fn note<'b>(&self, text: &'b str) -> Safe<Comment<&'b str>> {
        comment(text)
    }

    /// Where clients come over TLS.
    fn listened(&self) -> &[Bind] {
        if self.passthrough.is_empty() {
            &self.https
        } else {
            &self.passthrough
        }
    }

    fn at(&self, origin: &Origin) -> Safe<Mark> {
        mark(*origin)
    }

    /// The end of a line that settings of the ConfigMap caused.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    fn of_config(&self, fields: &[Field; 3]) -> Safe<MaybeMark> {
        let mut origins = fields
            .iter()
            .filter_map(|field| self.global.origins.get(field));
        maybe_mark(origins.next().copied())
    }

    /// The protocols that clients may choose from, with commas between them.
    fn alpn(&self) -> String {
        let names: Vec<&str> = self
            .global
            .client_tls
            .protocols()
            .iter()
            .map(|protocol| Alpn::name(*protocol))
            .collect();
        names.join(",")
    }

    /// The path of the certificates that those of clients have to descend from.
    fn authority(&self, clients: &ClientAuthority) -> String {
        pem_files::path(&clients.file)
    }

    fn at_maybe(&self, origin: Option<&Origin>) -> Safe<MaybeMark> {
        maybe_mark(origin.copied())
    }

    fn among<'b>(&self, list: &'b AddressList) -> Safe<Among<'b>> {
        among(list)
    }

    /// Whether the headers count only from some proxies.
    fn has_trusted_proxies(&self) -> bool {
        self.client_sources
            .keys()
            .all(|source| source.trusted.is_some())
    }

    /// A line of the ConfigMap as it is.
    fn raw<'b>(&self, line: &'b RawLine) -> Safe<&'b RawLine> {
        raw(line)
    }

    /// The end of a line that a key of the controllers' ConfigMap may have caused.
    fn at_global(&self, field: Field) -> Safe<MaybeMark> {
        maybe_mark(self.global.origins.get(&field).copied())
    }

    /// What the ConfigMap says, or what holds without it.
    fn or(&self, said: Option<&Millis>, otherwise: &str) -> String {
        said.map_or_else(|| otherwise.to_owned(), ToString::to_string)
    }

    /// Whether HTTP/3 is offered, which needs certificates.
    fn offers_quic(&self) -> bool {
        self.global.connections.alt_svc.is_some() && !self.https.is_empty()
    }

    fn lines<'b>(&'b self, fragment: &'b Fragment) -> Safe<Verbatim<'b>> {
        verbatim(fragment, &self.sources.file(fragment.file()).name)
    }

    /// Without a prefix, HAProxy takes a relative path for the name of a host.
    fn is_relative(&self, socket: &SocketPath) -> bool {
        !socket.as_str().starts_with('/')
    }
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Policies<'_> {
    /// The end of a line that a setting caused.
    pub(super) fn at(&self, section: &PolicySection, field: Field) -> Safe<MaybeMark> {
        maybe_mark(section.origins.get(&field).copied())
    }

    pub(super) fn among<'b>(&self, list: &'b AddressList) -> Safe<Among<'b>> {
        among(list)
    }
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Tables<'_> {
    fn at(&self, table: &Table<'_>) -> Safe<MaybeMark> {
        maybe_mark(table.origin)
    }

    /// Names of Ingresses are not checked before they come here.
    fn note(&self, owner: &str) -> Safe<Comment<String>> {
        comment(owner.escape_debug().to_string())
    }
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Misdirected<'_> {
    fn name(&self) -> &'static str {
        MISDIRECTED
    }
}

impl Sections<'_> {
    fn lines<'b>(&'b self, fragment: &'b Fragment) -> Safe<Verbatim<'b>> {
        verbatim(fragment, &self.sources.file(fragment.file()).name)
    }
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Services<'_> {
    fn at(&self, origin: &Origin) -> Safe<Mark> {
        mark(*origin)
    }

    fn note<'b>(&self, service: &'b ServiceRef) -> Safe<Comment<&'b ServiceRef>> {
        comment(service)
    }

    fn address<'b>(&self, endpoint: &'b Endpoint) -> ServerAddress<'b> {
        ServerAddress(endpoint)
    }

    fn lines<'b>(&'b self, fragment: &'b Fragment) -> Safe<Verbatim<'b>> {
        verbatim(fragment, &self.sources.file(fragment.file()).name)
    }

    /// The operator's lines for a backend, by the name of its port and by the number.
    fn fragments(&self, backend: &Backend) -> impl Iterator<Item = &Fragment> {
        // Asked for each of thousands of backends, and there are few lines or none.
        let keys = (!self.include.is_empty()).then(|| include::keys(&backend.service));
        let lists = keys
            .into_iter()
            .flatten()
            .filter_map(|key| self.include.get(&key));
        lists.flat_map(|list| &list.value)
    }

    fn check_host<'b>(&self, service: &'b ServiceRef) -> CheckHost<'b> {
        CheckHost(service)
    }

    /// Without the option, HAProxy uses but the first of them.
    fn has_several_backups(&self, backend: &Backend) -> bool {
        let backups = backend.servers.iter().filter(|server| server.backup);
        let slots = |server: &Server| server.slots.map_or(1, |slots| usize::from(slots.get()));
        backups.map(slots).sum::<usize>() > 1
    }

    /// Whether DNS gives ports and weights too. Its weights would replace those of the line, and say nothing but that all are alike.
    fn gives_ports(&self, server: &Server) -> bool {
        matches!(server.endpoint.address, Address::Service(_))
    }

    /// What annotations say about how servers are spoken to.
    fn server_tls(&self, backend: &Backend) -> Option<&ServerTls> {
        let section = self.policies.get(backend.policy.as_ref()?)?;
        Some(&section.policy.server_tls)
    }

    /// The protocol of the Service port, where the policy does not decide by itself.
    fn own_protocol(&self, backend: &Backend) -> ServerProtocol {
        let decided = self.server_tls(backend).is_some_and(|tls| {
            let clear = backend.protocol != ServerProtocol::Https;
            tls.encryption.is_some() || (clear && tls.http.is_some())
        });
        if decided {
            ServerProtocol::Http1
        } else {
            backend.protocol
        }
    }

    /// Whether a server that speaks TLS because its port says so is offered HTTP/2, and nothing else.
    fn offers_http2(&self, backend: &Backend) -> bool {
        let http = self.server_tls(backend).and_then(|tls| tls.http);
        http == Some(ServerHttp::H2)
    }

    /// What connections to the servers begin with.
    fn protocol(&self, backend: &Backend) -> ServerProtocol {
        let tls = self.server_tls(backend);
        tls.map_or(backend.protocol, |tls| tls.protocol(backend.protocol))
    }

    /// Whether the check, too, has to be encrypted: on a port that speaks TLS, a question in clear fails. Where servers have to be
    /// somebody, a check shows whether they are.
    fn asks_over_tls(&self, backend: &Backend) -> bool {
        let verifies = self.server_tls(backend).is_some_and(ServerTls::verifies);
        verifies || (self.protocol(backend) == ServerProtocol::Https && self.asks(backend))
    }

    /// Whether the check must not speak as the port of the requests does: ports for checks speak HTTP/1.1.
    fn asks_in_http1(&self, backend: &Backend) -> bool {
        let http2 = self.protocol(backend) == ServerProtocol::H2c || self.offers_http2(backend);
        http2 && self.asks(backend)
    }

    fn asks(&self, backend: &Backend) -> bool {
        !matches!(self.question(backend), Question::Nothing)
    }
}

/// The name of a socket that only this host sees, and that no other HAProxy on it has: no two of them listen at one address.
/// A path would not be found under `chroot`.
fn loopback(https: &[BindAddress]) -> String {
    let addresses: Vec<String> = https.iter().map(ToString::to_string).collect();
    let digest = Sha256::digest(addresses.join(" "));
    let digits = digest[..4].iter().map(|byte| format!("{byte:02x}"));
    digits.fold("abns@ingressc-".to_owned(), |name, digits| name + &digits)
}

/// `None` where no host has its TLS handed through.
fn misdirected(routing: &Routing) -> Option<Misdirected<'_>> {
    let hosts = routing.hosts.iter().flat_map(|host| &host.rules);
    let policies: BTreeSet<_> = hosts
        .filter_map(|rule| match &rule.claim.target {
            Target::Misdirected(policy) => Some(policy.as_ref()),
            _ => None,
        })
        .collect();
    (!policies.is_empty()).then_some(Misdirected { policies })
}

/// An address of the metrics at which requests are taken too: the kernel would share the connections out.
fn taken_twice(routing: &Routing, process: &Process) -> Option<BindAddress> {
    let listeners = &routing.listeners;
    let taken = |address: &&BindAddress| {
        let mut others = listeners.http.iter().chain(&listeners.https);
        others.any(|other| other.overlaps(**address))
    };
    process.metrics.iter().find(taken).copied()
}

/// A `resolvers` section.
struct ResolversSection<'a> {
    name: &'a ResolversName,
    nameservers: Vec<NameserverAddress>,
}

impl ResolversSection<'_> {
    fn of_cluster(&self) -> bool {
        self.name.is_dns()
    }
}

/// The sections that some server asks, by name. HAProxy would refuse a server whose section is missing.
fn resolvers(routing: &Routing) -> Result<Vec<ResolversSection<'_>>, EmitError> {
    let mut asked = BTreeSet::new();
    for server in routing
        .backends
        .values()
        .flat_map(|backend| &backend.servers)
    {
        match (&server.endpoint.address, &server.resolvers) {
            (_, Some(name)) => _ = asked.insert(name),
            (Address::Ip(_), None) => {}
            // HAProxy would ask once, when it starts, and not start without an answer.
            (name, None) => return Err(EmitError::MissingResolvers(name.to_string())),
        }
    }
    let section = |name| match routing.resolvers.get(name) {
        Some(resolvers) => Ok(ResolversSection {
            name,
            nameservers: resolvers
                .nameservers
                .iter()
                .copied()
                .map(NameserverAddress)
                .collect(),
        }),
        None => Err(EmitError::MissingResolvers(name.to_string())),
    };
    asked.into_iter().map(section).collect()
}

/// The address of a `nameserver` line.
struct NameserverAddress(Nameserver);

impl fmt::Display for NameserverAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An empty piece would be written as an empty word in quotes.
        if self.0.tcp {
            f.write_str("tcp@")?;
        }
        write!(f, "{}", self.0.address)
    }
}

/// The host that HTTP checks name: the Service's, as clients in the cluster call it. A log format, in which `%` begins a variable;
/// names of Services hold none.
struct CheckHost<'a>(&'a ServiceRef);

impl fmt::Display for CheckHost<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ServiceRef {
            namespace, name, ..
        } = self.0;
        if namespace.contains('%') || name.contains('%') {
            return Err(fmt::Error);
        }
        write!(f, "{name}.{namespace}.svc")
    }
}

/// The address of a `bind` line.
///
/// Every address means two sockets and not one with `v4v6`: through that one, IPv4 clients come as `::ffff:192.0.2.1`, which
/// then stands in `X-Forwarded-For` and in the log. A host whose kernel knows no IPv6 needs `0.0.0.0:80`.
enum Bind {
    Address(BindAddress),
    /// A socket that only this host sees, on which each connection begins with a PROXY header.
    Within(String),
}

impl Bind {
    /// Whether the IPv6 socket must be kept from taking the IPv4 addresses too, which else depends on the host.
    fn needs_v6only(&self) -> bool {
        match self {
            Self::Address(BindAddress::Any(_)) => true,
            Self::Address(BindAddress::One(address)) => {
                address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED)
            }
            Self::Within(_) => false,
        }
    }

    fn takes_proxy(&self) -> bool {
        matches!(self, Self::Within(_))
    }
}

impl fmt::Display for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(BindAddress::Any(port)) => write!(f, "*:{port},[::]:{port}"),
            Self::Address(BindAddress::One(address)) => write!(f, "{address}"),
            Self::Within(name) => f.write_str(name),
        }
    }
}

impl Bind {
    /// The UDP sockets beside a TCP listener: a `bind` line has addresses of one family.
    fn quic(&self) -> Vec<QuicBind> {
        let unspecified: [IpAddr; 2] = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        match self {
            Self::Address(BindAddress::Any(port)) => {
                Vec::from(unspecified.map(|ip| QuicBind(SocketAddr::new(ip, port.get()))))
            }
            Self::Address(BindAddress::One(address)) => vec![QuicBind(*address)],
            Self::Within(_) => Vec::new(),
        }
    }
}

/// The address of a `bind` line for QUIC.
struct QuicBind(SocketAddr);

impl QuicBind {
    fn needs_v6only(&self) -> bool {
        self.0.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED)
    }
}

impl fmt::Display for QuicBind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = if self.0.is_ipv4() { "quic4" } else { "quic6" };
        write!(f, "{family}@{}", self.0)
    }
}

/// The address of a `server` line.
struct ServerAddress<'a>(&'a Endpoint);

impl fmt::Display for ServerAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Endpoint { address, port } = self.0;
        match address {
            Address::Ip(ip) => write!(f, "{}", SocketAddr::new(*ip, port.get())),
            Address::Name(name) => write!(f, "{name}:{port}"),
            Address::Service(record) => write!(f, "{record}"),
        }
    }
}
