//! A model on loopback: the same names and routes, but listeners and servers where a test can reach them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};

use ingressc::emit::{self, Bundle, Include};
use ingressc::ir::{Address, BindAddress, Check, Endpoint, Port, Routing};
use ingressc::simulate::Scheme;
use ingressc::source::Sources;

use crate::haproxy::Running;
use crate::stub::Stubs;
use crate::{haproxy, pipeline};

/// A HAProxy that runs a model.
pub(crate) struct Live {
    pub(crate) http: Option<SocketAddr>,
    pub(crate) https: Option<SocketAddr>,
    /// The ports of TCP services, by what the manifests call them.
    pub(crate) tcp: BTreeMap<u16, SocketAddr>,
    running: Running,
}

impl Live {
    /// Emits `routing` for loopback and starts HAProxy on it. The stubs take what the backends speak. Of the process only the
    /// operator's lines are kept: the rest would not find its place here.
    pub(crate) fn start(
        binary: &Path,
        routing: &Routing,
        sources: &Sources,
        include: &Include,
    ) -> Result<Self, String> {
        let (http, https) = (free_address(), free_address());
        let mut local = routing.clone();
        local.listeners.http.truncate(1);
        local.listeners.https.truncate(1);
        for (bind, address) in [
            (&mut local.listeners.http, http),
            (&mut local.listeners.https, https),
        ] {
            for bind in bind {
                *bind = BindAddress::One(address);
            }
        }
        let mut tcp = BTreeMap::new();
        for bind in local
            .tcp
            .iter_mut()
            .flat_map(|listener| &mut listener.binds)
        {
            let address = free_address();
            tcp.entry(bind.port()).or_insert(address);
            *bind = BindAddress::One(address);
        }
        // The stub speaks no protocol of databases, and has no other port.
        for section in local.policies.values_mut() {
            section.policy.tcp.check = None;
            section.policy.tcp.check_port = None;
        }
        for (name, backend) in &mut local.backends {
            for server in &mut backend.servers {
                let stub = Stubs::shared().add(name.as_str(), server.name.as_str());
                (server.slots, server.resolvers) = (None, None);
                // The stub has one port, and answers every question with 200.
                if let Check::At(_) = server.check {
                    server.check = Check::Here;
                }
                server.endpoint = Endpoint {
                    address: Address::Ip(stub.ip()),
                    port: Port::new(stub.port()).expect("bound ports are not 0"),
                };
            }
        }
        let answered = !local.certificates.files.is_empty() || !local.passthrough.is_empty();
        let tls = !local.listeners.https.is_empty() && answered;
        let http = (!local.listeners.http.is_empty()).then_some(http);
        let listen = http.into_iter().chain(tls.then_some(https));
        let listen: Vec<SocketAddr> = listen.chain(tcp.values().copied()).collect();
        let mut bundle = {
            let settings = emit::Settings {
                include: include.clone(),
                ..emit::Settings::default()
            };
            pipeline::bundle_to_run(&local, sources, &settings)
        };
        expect_proxy(&mut bundle, &listen);
        let running = Running::start(binary, &bundle, &listen)?;
        Ok(Self {
            http,
            https: (!local.listeners.https.is_empty()).then_some(https),
            tcp,
            running,
        })
    }

    /// The port that a request meets.
    pub(crate) fn port(&self, scheme: Scheme) -> String {
        let address = match scheme {
            Scheme::Http => self.http,
            Scheme::Https => self.https,
        };
        address.map_or_else(String::new, |address| address.port().to_string())
    }

    /// What HAProxy said so far.
    pub(crate) fn log(&self) -> String {
        self.running.log()
    }
}

/// Where a client connects from that tells another address by the PROXY protocol.
pub(crate) const PROXY: Ipv4Addr = Ipv4Addr::new(127, 9, 9, 9);

/// Lets the frontends that clients meet take a PROXY header from [`PROXY`], so that requests can come from any address.
fn expect_proxy(bundle: &mut Bundle, listen: &[SocketAddr]) {
    let config = bundle.files.get_mut(emit::CONFIG).expect("there is one");
    let text = String::from_utf8_lossy(&config.bytes).into_owned();
    // A case about the protocol brings its own list, which is to be tested.
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

/// An address of this process alone, with a port that is handed out once. HAProxy binds with `SO_REUSEPORT`, so two tests on
/// one address would silently share their requests.
fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(20_000);
    let [_, high, mid, low] = std::process::id().to_be_bytes();
    let address = Ipv4Addr::new(127, 64 + high % 64, mid, low);
    SocketAddr::new(address.into(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The HAProxy to use, or `None` where the live part is skipped: without a binary, or where only 127.0.0.1 is loopback.
pub(crate) fn binary() -> Option<&'static Path> {
    if cfg!(target_os = "linux") {
        haproxy::binary()
    } else {
        None
    }
}
