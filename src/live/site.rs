//! A routing on loopback: the same names and routes, but listeners and servers that this process can reach.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use super::error::LiveError;
use super::process::Process;
use super::stub::Stubs;
use super::{PROXY, SUPPORTED, standin};
use crate::emit::{self, Bundle, Include};
use crate::expect::{FoundEnd, shown_as};
use crate::ir::global::Logging;
use crate::ir::{
    Address, Backend, BindAddress, Check, Endpoint, HaproxyVersion, Port, Routing, ServerProtocol,
};
use crate::source::{Origin, Sources};

/// How a routing is run.
#[derive(Debug, Clone, Copy)]
pub struct LiveSettings<'a> {
    /// The HAProxy to start: a path, or a name that is looked up in `PATH`.
    pub binary: &'a Path,
    /// The version that the configuration is for.
    pub target: HaproxyVersion,
    /// The operator's own lines. Those that listen, lead to another machine or start something are left out, and so is all else of the
    /// process: it would not find its place here.
    pub include: &'a Include,
    /// Whether HAProxy verifies servers by the authorities of the manifests, whose certificates those that stand in do not have. Only
    /// our own tests have such.
    pub verifies_servers: bool,
    /// More variables of the environment, besides those of this process.
    pub environment: &'a [(String, String)],
}

/// A HAProxy that runs a routing. Dropping it ends the process.
#[derive(Debug)]
pub struct Live {
    pub(super) http: Option<SocketAddr>,
    pub(super) https: Option<SocketAddr>,
    /// The ports of TCP services, by what the manifests call them.
    pub(super) tcp: BTreeMap<u16, SocketAddr>,
    /// Those of them whose TLS is answered by HAProxy.
    pub(super) answers_tls: BTreeSet<u16>,
    /// What each certificate, in DER, may be called.
    pub(super) certificates: BTreeMap<Vec<u8>, Vec<String>>,
    /// By the section's name.
    pub(super) backends: BTreeMap<String, FoundEnd>,
    /// How the servers of each backend have to be spoken to.
    pub(super) protocols: BTreeMap<String, ServerProtocol>,
    /// The port that each of ours stands for.
    pub(super) real_ports: BTreeMap<String, String>,
    notes: Vec<String>,
    process: Process,
}

impl Live {
    /// Emits `routing` for loopback, starts HAProxy on it, and waits until it accepts connections.
    ///
    /// # Errors
    /// Why there is no such HAProxy.
    pub fn start(
        routing: &Routing,
        sources: &Sources,
        settings: &LiveSettings<'_>,
    ) -> Result<Self, LiveError> {
        if !SUPPORTED {
            let why = "`--live` needs the addresses 127.0.0.0/8, which only Linux has";
            return Err(LiveError::Usage(why.to_owned()));
        }
        let mut local = routing.clone();
        let mut notes = standin::replace(&mut local, settings.verifies_servers);
        // Nobody's log is to hold what is asked here.
        local.global.logging = Logging {
            targets: Vec::new(),
            ..local.global.logging
        };
        let places = Places::new(&mut local);
        let backends =
            stand_in(&mut local).map_err(|error| LiveError::Fault(format!("loopback: {error}")))?;
        let (include, left_out) = settings.include.confined();
        notes.extend(left_out_note(&left_out, sources));
        let own = emit::Settings {
            target: settings.target,
            include,
            ..emit::Settings::default()
        };
        let mut bundle = emit::emit(&local, sources, &own)
            .map_err(|error| LiveError::Fault(error.to_string()))?;
        expect_proxy(&mut bundle, &places.listen);
        let process = Process::start(
            settings.binary,
            &bundle,
            &places.listen,
            settings.environment,
        )?;
        let protocols = routing.backends.values();
        let protocols =
            protocols.map(|backend| (backend.name.to_string(), protocol(routing, backend)));
        Ok(Self {
            http: places.http,
            https: places.https,
            tcp: places.tcp,
            answers_tls: places.answers_tls,
            certificates: certificates(&local),
            backends,
            protocols: protocols.collect(),
            real_ports: places.real_ports,
            notes,
            process,
        })
    }

    /// What is not as in the manifests, because it could not be had here: a line each, for people.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What HAProxy said so far.
    pub fn log(&self) -> String {
        self.process.log()
    }
}

/// That lines of the operator's are missing, and where they stand.
fn left_out_note(left_out: &[Origin], sources: &Sources) -> Option<String> {
    let (first, rest) = left_out.split_first()?;
    let also = match rest.len() {
        0 => String::new(),
        1 => " and 1 more line".to_owned(),
        more => format!(" and {more} more lines"),
    };
    let place = sources.show(*first);
    Some(format!(
        "lines of `include` that listen, lead to another machine or start something are left out: {place}{also}"
    ))
}

/// Where listeners are.
#[derive(Default)]
struct Places {
    http: Option<SocketAddr>,
    https: Option<SocketAddr>,
    tcp: BTreeMap<u16, SocketAddr>,
    answers_tls: BTreeSet<u16>,
    real_ports: BTreeMap<String, String>,
    /// All that HAProxy is going to accept connections on.
    listen: Vec<SocketAddr>,
}

impl Places {
    /// Gives each listener one address of ours.
    fn new(local: &mut Routing) -> Self {
        let mut places = Self::default();
        let answered = !local.certificates.files.is_empty() || !local.passthrough.is_empty();
        let listeners = &mut local.listeners;
        for (binds, own) in [
            (&mut listeners.http, &mut places.http),
            (&mut listeners.https, &mut places.https),
        ] {
            binds.truncate(1);
            for bind in binds {
                let address = free_address();
                let (real, ours) = (bind.port().to_string(), address.port().to_string());
                places.real_ports.insert(ours, real);
                *own = Some(address);
                *bind = BindAddress::One(address);
            }
        }
        let tls = places.https.filter(|_| answered);
        places.listen.extend(places.http.into_iter().chain(tls));
        for listener in &mut local.tcp {
            for bind in &mut listener.binds {
                let address = free_address();
                if listener.tls.is_some() {
                    places.answers_tls.insert(bind.port());
                }
                places.tcp.entry(bind.port()).or_insert(address);
                places.listen.push(address);
                *bind = BindAddress::One(address);
            }
        }
        places
    }
}

/// Puts a stub in the place of every server. Returns what answers of each backend are called.
fn stand_in(local: &mut Routing) -> std::io::Result<BTreeMap<String, FoundEnd>> {
    let stubs = Stubs::shared()?;
    // A stub speaks no protocol of databases, and has no other port.
    for section in local.policies.values_mut() {
        section.policy.tcp.check = None;
        section.policy.tcp.check_port = None;
    }
    let mut ends = BTreeMap::new();
    for (name, backend) in &mut local.backends {
        ends.insert(name.to_string(), FoundEnd::backend(backend));
        for server in &mut backend.servers {
            let stub = stubs.add(name.as_str(), server.name.as_str());
            (server.slots, server.resolvers) = (None, None);
            // It answers every question with 200.
            if let Check::At(_) = server.check {
                server.check = Check::Here;
            }
            if let Some(port) = Port::new(stub.port()) {
                server.endpoint = Endpoint {
                    address: Address::Ip(stub.ip()),
                    port,
                };
            }
        }
    }
    Ok(ends)
}

/// How the servers of a backend are spoken to, as its port and its policy say.
fn protocol(routing: &Routing, backend: &Backend) -> ServerProtocol {
    let name = backend.policy.as_ref();
    let section = name.and_then(|name| routing.policies.get(name));
    let policy = section.map(|section| &section.policy.server_tls);
    policy.map_or(backend.protocol, |tls| tls.protocol(backend.protocol))
}

/// By their DER; those that share a leaf share their names. A stub's is called nothing.
fn certificates(local: &Routing) -> BTreeMap<Vec<u8>, Vec<String>> {
    let mut certificates: BTreeMap<Vec<u8>, Vec<String>> = BTreeMap::new();
    for (pem, names) in shown_as(local) {
        if let Some(leaf) = standin::leaf_of(pem) {
            let known = certificates.entry(leaf).or_default();
            known.extend(names);
            known.sort();
        }
    }
    certificates
}

/// Lets the frontends that clients meet take a PROXY header from [`PROXY`], so that requests can come from any address.
fn expect_proxy(bundle: &mut Bundle, listen: &[SocketAddr]) {
    let Some(config) = bundle.files.get_mut(emit::CONFIG) else {
        return;
    };
    let text = String::from_utf8_lossy(&config.bytes).into_owned();
    // Who is asked for PROXY headers already has a list of his own, which counts.
    if text.contains(" expect-proxy ") {
        return;
    }
    let mut out = String::new();
    let mut met = false;
    for line in text.lines() {
        let bind = line.strip_prefix("    bind ");
        if met && bind.is_none() {
            let _ = writeln!(
                out,
                "    tcp-request connection expect-proxy layer4 if {{ src {PROXY} }}"
            );
            met = false;
        }
        let address = bind.and_then(|rest| rest.split(' ').next()?.parse().ok());
        met |= address.is_some_and(|address| listen.contains(&address));
        out += line;
        out.push('\n');
    }
    config.bytes = out.into_bytes();
}

/// An address of this process alone, with a port that is handed out once and that nobody answers on. HAProxy binds with
/// `SO_REUSEPORT`, so two of them on one address would silently share their requests.
fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(20_000);
    let [_, high, mid, low] = std::process::id().to_be_bytes();
    let address = Ipv4Addr::new(127, 64 + high % 64, mid, low);
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed).max(20_000);
        let address = SocketAddr::new(address.into(), port);
        if TcpStream::connect_timeout(&address, Duration::from_millis(100)).is_err() {
            return address;
        }
    }
}
