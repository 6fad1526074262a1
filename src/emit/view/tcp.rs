//! What the template of TCP listeners sees.

use std::borrow::Cow;
use std::collections::BTreeMap;

use askama::Template;
use askama::filters::Safe;

use super::bind::Bind;
use super::tcp_rules::{Asked, Line};
use crate::emit::addresses::{Among, among};
use crate::emit::escape::{Comment, Mark, MaybeMark, comment, mark, maybe_mark, raw};
use crate::emit::maps::{TCP_CONNECTIONS, TCP_REFUSED};
use crate::emit::sni::Names;
use crate::emit::{CRT_LIST, crt_list, pem_files};
use crate::ir::global::ClientAuthority;
use crate::ir::policy::AddressList;
use crate::ir::{
    AcceptProxy, BackendName, Field, Millis, ProtocolName, RawLine, Routing, Target,
    TcpCertificates, TcpCriterion, TcpListener, Termination,
};
use crate::source::Origin;

/// Frontends of TCP services.
#[derive(Template)]
#[template(path = "tcp.cfg")]
pub(super) struct Listeners<'a> {
    /// Where they lead.
    pub(super) routing: &'a Routing,
    pub(super) bound: &'a [&'a TcpListener],
    /// What names they tell connections apart by, where maps hold them.
    pub(super) names: &'a BTreeMap<&'a str, Names>,
    /// Whether names that the HTTPS listener has no certificate for are refused.
    pub(super) strict_sni: bool,
    /// How many connections all of them may have together, where that has a bound.
    pub(super) services: Option<u32>,
    /// Where the ConfigMap says how many connections there are.
    pub(super) maxconn: Option<Origin>,
}

/// The backend of connections that nobody may have.
#[derive(Template)]
#[template(path = "tcp_refused.cfg")]
pub(super) struct Refused {}

impl Refused {
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn name(&self) -> &'static str {
        TCP_REFUSED
    }
}

/// Whether some connections are nobody's.
pub(super) fn refuses(routing: &Routing) -> bool {
    let bound = routing.tcp.iter().filter(|one| !one.binds.is_empty());
    let mut targets = bound.flat_map(TcpListener::targets);
    targets.any(|target| !matches!(target, Target::Backend(_)))
}

/// The section that connections go to.
pub(in crate::emit) fn section(target: &Target) -> Cow<'_, str> {
    match target {
        Target::Backend(name) => Cow::Borrowed(name.as_str()),
        Target::Closed | Target::Next | Target::Misdirected(_) => Cow::Borrowed(TCP_REFUSED),
    }
}

/// `timeout client`, `queue` and `connect` of `d_base` where the ConfigMap says nothing, in milliseconds.
const CLIENT: u32 = 50_000;
const QUEUE: u32 = 30_000;
const CONNECT: u32 = 5_000;

/// How often it is tried to connect to a server: `retries` of `d_base`, and the first time.
const ATTEMPTS: u32 = 4;

/// How long clients may wait for a server that has as many connections as it may.
struct Patience {
    /// In the queue, and then until the server has accepted the connection.
    limit: Millis,
    /// What says so.
    origin: Option<Origin>,
}

impl Patience {
    /// `None`: there is no queue.
    fn of(routing: &Routing, backend: &BackendName) -> Option<Self> {
        let section = routing
            .policies
            .get(routing.backends.get(backend)?.policy.as_ref()?)?;
        section.policy.limits.maxconn?;
        let (own, all) = (&section.policy.timeouts, &routing.global.timeouts);
        let queue = own.queue.or(all.queue).map_or(QUEUE, Millis::get);
        let connect = own.connect.or(all.connect).map_or(CONNECT, Millis::get);
        let limit = u64::from(queue) + u64::from(ATTEMPTS) * u64::from(connect);
        let of_port = section.origins.get(&Field::PortQueueTimeout);
        let of_all = routing.global.origins.get(&Field::QueueTimeout);
        let of_servers = section.origins.get(&Field::ServerMaxconn);
        Some(Self {
            limit: Millis::new(limit.min(Millis::MAX.into()))?,
            origin: of_port.or(of_all).or(of_servers).copied(),
        })
    }
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Listeners<'_> {
    fn binds(&self, listener: &TcpListener) -> Vec<Bind> {
        listener.binds.iter().copied().map(Bind::Address).collect()
    }

    fn section<'b>(&self, target: &'b Target) -> Cow<'b, str> {
        section(target)
    }

    /// How long silent clients have to be kept while they wait for a server, where the limit of all would close them sooner.
    fn patience(&self, listener: &TcpListener) -> Option<Patience> {
        if listener.client.timeout.is_some() {
            return None;
        }
        let waits = listener.targets().filter_map(|target| match target {
            Target::Backend(name) => Patience::of(self.routing, name),
            _ => None,
        });
        let longest = waits.max_by_key(|wait| wait.limit)?;
        let usual = self
            .routing
            .global
            .timeouts
            .client
            .map_or(CLIENT, Millis::get);
        (longest.limit.get() > usual).then_some(longest)
    }

    fn at_wait(&self, wait: &Patience) -> Safe<MaybeMark> {
        maybe_mark(wait.origin)
    }

    /// A line as it is.
    fn raw<'l>(&self, line: &'l RawLine) -> Safe<&'l RawLine> {
        raw(line)
    }

    /// Where connections are counted.
    fn counter(&self) -> &'static str {
        TCP_CONNECTIONS
    }

    /// The end of a line that follows from the number of all connections.
    fn at_maxconn(&self) -> Safe<MaybeMark> {
        maybe_mark(self.maxconn)
    }

    fn names(&self, listener: &TcpListener) -> Option<&Names> {
        self.names.get(listener.name.as_str())
    }

    /// The rules, in the order in which they are asked.
    fn lines<'l>(&self, listener: &'l TcpListener) -> Vec<Line<'l>> {
        let rules = listener.rules.iter().enumerate();
        rules.map(|(at, rule)| Line::new(at, rule)).collect()
    }

    /// Whether some rule asks for a wildcard.
    fn has_wildcards(&self, listener: &TcpListener) -> bool {
        let mut tests = listener.rules.iter().flat_map(|rule| &rule.tests);
        tests.any(|test| matches!(&test.what, TcpCriterion::Name(name) if name.is_wildcard()))
    }

    /// What the next word names: a file with a key, or a list of such files.
    fn certificates_word(&self, tls: &Termination) -> &'static str {
        match crt_list::single(tls) {
            Some(_) => "crt",
            None => "crt-list",
        }
    }

    /// Where the certificates of a listener are.
    fn certificates(&self, listener: &TcpListener, tls: &Termination) -> String {
        match (crt_list::single(tls), &tls.certificates) {
            (Some(file), _) => pem_files::path(file),
            (None, TcpCertificates::Shared) => CRT_LIST.to_owned(),
            (None, TcpCertificates::Own { .. }) => crt_list::path_of(listener),
        }
    }

    /// Whether names without a certificate are refused in the handshake.
    fn is_strict(&self, tls: &Termination) -> bool {
        match &tls.certificates {
            TcpCertificates::Shared => self.strict_sni,
            TcpCertificates::Own { default, .. } => default.is_none(),
        }
    }

    /// The protocols that clients may choose from, with commas between them.
    fn alpn(&self, tls: &Termination) -> String {
        let names: Vec<&str> = tls.alpn.iter().map(ProtocolName::as_str).collect();
        names.join(",")
    }

    /// The path of the certificates that those of clients have to descend from.
    fn authority(&self, clients: &ClientAuthority) -> String {
        pem_files::path(&clients.file)
    }

    fn among<'b>(&self, list: &'b AddressList) -> Safe<Among<'b>> {
        among(list)
    }

    /// The end of a line about how clients are spoken to.
    fn at_client(&self, listener: &TcpListener, field: Field) -> Safe<MaybeMark> {
        maybe_mark(listener.client.origins.get(&field).copied())
    }

    fn at(&self, origin: &Origin) -> Safe<Mark> {
        mark(*origin)
    }

    /// What manifests call things is not checked before it comes here.
    fn note(&self, text: &str) -> Safe<Comment<String>> {
        comment(text.escape_debug().to_string())
    }
}
