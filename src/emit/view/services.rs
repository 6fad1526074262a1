//! What the template of Service ports sees.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;

use askama::Template;
use askama::filters::Safe;

use crate::emit::escape::{
    Comment, Mark, MaybeMark, Verbatim, comment, mark, maybe_mark, verbatim,
};
use crate::emit::include::{self, Fragment};
use crate::emit::policy::{Question, server_name};
use crate::ir::policy::{CheckVersion, ServerHttp, ServerTls};
use crate::ir::{
    Address, Backend, Check, Endpoint, Field, PolicyName, PolicySection, Server, ServerProtocol,
    ServiceRef,
};
use crate::source::{Origin, Sourced, Sources};

/// Sections of Service ports.
#[derive(Template)]
#[template(path = "backends.cfg")]
pub(in crate::emit) struct Services<'a> {
    pub(super) backends: &'a [&'a Backend],
    pub(in crate::emit) policies: &'a BTreeMap<PolicyName, PolicySection>,
    /// Whether stick tables are shared with other hosts.
    pub(super) peers: bool,
    pub(super) include: &'a BTreeMap<String, Sourced<Vec<Fragment>>>,
    pub(super) sources: &'a Sources,
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
        Some(&self.own_policy(backend)?.policy.server_tls)
    }

    /// What the backend itself has to say of the protocol, where the policy does not say all. HTTP/2 begins in another way in clear
    /// than over TLS, and the policy may be for backends of both.
    fn own_protocol(&self, backend: &Backend) -> ServerProtocol {
        let Some(tls) = self.server_tls(backend) else {
            return backend.protocol;
        };
        if tls.encryption.is_some() {
            ServerProtocol::Http1
        } else {
            tls.protocol(backend.protocol)
        }
    }

    /// Whether the policy sets the host that servers see.
    fn sets_host(&self, backend: &Backend) -> bool {
        self.own_policy(backend)
            .is_some_and(|section| section.policy.headers.sets_host())
    }

    /// The name that servers are asked for in the handshake.
    fn sni(&self, backend: &Backend) -> &'static str {
        server_name(self.sets_host(backend))
    }

    fn own_policy(&self, backend: &Backend) -> Option<&PolicySection> {
        self.policies.get(backend.policy.as_ref()?)
    }

    /// The end of a line that HTTP/2 to servers caused, where an annotation says it.
    fn because_http2(&self, backend: &Backend) -> Safe<MaybeMark> {
        let section = self.own_policy(backend);
        let origin = section.and_then(|section| section.origins.get(&Field::ServerProtocol));
        maybe_mark(origin.copied())
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
