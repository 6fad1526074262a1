//! What the template of everything but the sections of policies and Service ports sees.

use std::borrow::Cow;
use std::collections::BTreeMap;

use askama::Template;
use askama::filters::Safe;
use sha2::{Digest, Sha256};

use super::bind::Bind;
use super::client::{self, Client};
use super::resolvers::{ResolversSection, resolvers};
use super::room::Room;
use crate::emit::addresses::{Among, among, client_sources};
use crate::emit::escape::{
    Comment, Mark, MaybeMark, Verbatim, comment, mark, maybe_mark, raw, verbatim,
};
use crate::emit::include::{Fragment, Include};
use crate::emit::maps::{Guard, Maps, NOT_FOUND, TCP_CONNECTIONS, section};
use crate::emit::policy::{Slot, slots};
use crate::emit::{EmitError, Settings, pem_files};
use crate::ir::global::{Alpn, ClientAuthority};
use crate::ir::policy::{AddressList, ClientSource, KeepAlive, Probes};
use crate::ir::{
    Alternative, BindAddress, Field, Global, HaproxyVersion, Layout, Millis, Process, RawLine,
    Routing, SocketPath, Target, Test, hex,
};
use crate::source::{Origin, Sources};

/// All but the sections of Service ports.
#[derive(Template)]
#[template(path = "haproxy.cfg")]
pub(super) struct Config<'a> {
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
    routing: &'a Routing,
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
    /// How connections are shared out.
    room: Room,
    /// The headers that say who the client is.
    client_sources: BTreeMap<&'a ClientSource, Option<Origin>>,
    include: &'a Include,
    sources: &'a Sources,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl<'a> Config<'a> {
    /// Fills it in.
    pub(super) fn new(
        routing: &'a Routing,
        maps: &'a Maps<'_>,
        sources: &'a Sources,
        settings: &'a Settings,
    ) -> Result<Self, EmitError> {
        let binds =
            |addresses: &[BindAddress]| addresses.iter().copied().map(Bind::Address).collect();
        let tls = routing.certificates.offers_any();
        let config = Self {
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
            routing,
            strict_sni: routing.certificates.refuses_unknown(&routing.global),
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
            room: Room::of(routing),
            client_sources: client_sources(routing.policies.values()),
            include: &settings.include,
            sources,
        };
        let mut listeners = routing.tcp.iter();
        let is_deaf = !config.answers() && config.passthrough.is_empty();
        if is_deaf && listeners.all(|listener| listener.binds.is_empty()) {
            return Err(EmitError::NoListener);
        }
        if let Some(address) = taken_twice(routing, &settings.process) {
            return Err(EmitError::AddressTaken(address));
        }
        Ok(config)
    }

    /// The section that an alternative leads to.
    fn section<'b>(&self, target: &'b Target) -> Cow<'b, str> {
        section(target)
    }

    /// Whose address the rules of an alternative compare, one rule for each.
    fn clients(&self, alternative: &Alternative, tests: &[Test]) -> Vec<Client> {
        Client::of(self.routing, alternative, tests)
    }

    /// Whether a condition is about an address that a header may name.
    fn asks_for_clients(&self) -> bool {
        let mut guards = self.guards.iter();
        guards.any(|guard| client::any(self.routing, guard.alternatives))
    }

    fn note<'b>(&self, text: &'b str) -> Safe<Comment<&'b str>> {
        comment(text)
    }

    /// Whether some servers get TLS unread, so that their backends need settings of their own. Without an address for TLS nobody
    /// reaches them, and they are there all the same.
    fn hands_through(&self) -> bool {
        let mut policies = self.routing.policies.values();
        !self.routing.passthrough.is_empty()
            || policies.any(|section| !section.policy.mode.sees_requests())
            || !self.routing.tcp.is_empty()
    }

    /// Whether connections live on after a reload until their ends close them.
    fn lasts(&self) -> bool {
        !self.routing.tcp.is_empty() && self.global.process.hard_stop_after.is_none()
    }

    /// Whether connections of TCP services on which nothing was sent are logged, although others are not.
    fn logs_silent(&self) -> bool {
        self.global.logging.skip_null.is_none() && !self.routing.tcp.is_empty()
    }

    /// Whether somebody here answers requests.
    fn answers(&self) -> bool {
        !self.http.is_empty() || !self.https.is_empty()
    }

    /// Whether somebody here answers TLS.
    fn answers_tls(&self) -> bool {
        let mut listeners = self.routing.tcp.iter();
        !self.https.is_empty() || listeners.any(|one| one.is_bound() && one.tls.is_some())
    }

    /// How the kernel asks peers that are silent, where nobody reads requests.
    fn probes(&self) -> Option<Probes> {
        KeepAlive::default().probes()
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

    /// Where connections of TCP services are counted.
    fn counter(&self) -> &'static str {
        TCP_CONNECTIONS
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

/// The name of a socket that only this host sees, and that no other HAProxy on it has: no two of them listen at one address.
/// A path would not be found under `chroot`.
fn loopback(https: &[BindAddress]) -> String {
    let addresses: Vec<String> = https.iter().map(ToString::to_string).collect();
    let digest = Sha256::digest(addresses.join(" "));
    format!("abns@ingressc-{}", hex(&digest[..4]))
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
