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
use crate::emit::policy::{Question, SERVER_NAME};
use crate::ir::policy::{CheckVersion, Mode, ServerHttp, ServerTls};
use crate::ir::words::words_with_variables;
use crate::ir::{
    Address, Backend, Check, Endpoint, Field, HaproxyVersion, PolicyName, PolicySection, Server,
    ServerProtocol, ServiceRef,
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
    /// Whether the operator's lines in the defaults of all say what checks negotiate.
    pub(super) check_alpn_by_default: bool,
    pub(in crate::emit) target: HaproxyVersion,
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

    /// Without the option, HAProxy uses but the first of them. It is there for one, too, and for a backup Service that has none yet:
    /// a server more must not change the backend, which only a reload can.
    fn may_have_backups(&self, backend: &Backend) -> bool {
        backend.backup.is_some() || backend.servers.iter().any(|server| server.backup)
    }

    /// Whether DNS gives ports and weights too. Its weights would replace those of the line, and say nothing but that all are alike.
    fn gives_ports(&self, server: &Server) -> bool {
        matches!(server.endpoint.address, Address::Service(_))
    }

    /// Whether nobody sees requests, but connections of a TCP service.
    fn is_tcp(&self, backend: &Backend) -> bool {
        let section = self.own_policy(backend);
        section.is_some_and(|section| section.policy.mode == Mode::Tcp)
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
    fn sni(&self) -> &'static str {
        SERVER_NAME
    }

    /// Whether that name is found out here: the backend itself says that its servers speak TLS.
    fn asks_for_host(&self, backend: &Backend) -> bool {
        self.own_protocol(backend) == ServerProtocol::Https
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
        if let Question::Port(_, check) = self.question(backend)
            && check.wants_tls()
        {
            return true;
        }
        // What is on another port than that of the connections speaks as it is told to.
        let section = self.own_policy(backend);
        if section.is_some_and(|section| section.policy.tcp.check_port.is_some()) {
            return false;
        }
        let verifies = self.server_tls(backend).is_some_and(ServerTls::verifies);
        verifies || (self.protocol(backend) == ServerProtocol::Https && self.asks(backend))
    }

    /// What encrypted checks have to be told to agree on in the handshake: HTTP/1.1, in which they ask, where requests choose between
    /// that and HTTP/2; HTTP/2 where requests speak nothing else, for before 3.2 a check would wait in vain for an answer.
    ///
    /// Servers are told, and no defaults: HAProxy 2.6.12 and 3.0.11 take an inherited `check-alpn` without copying it, and free it
    /// when another one follows; the second section or server to have another one frees it again.
    fn check_alpn(&self, backend: &Backend) -> Option<&'static str> {
        if self.is_tcp(backend) {
            return None;
        }
        let tls = self.server_tls(backend)?;
        let protocol = match tls.http {
            Some(ServerHttp::H2) => "h2",
            None if tls.encryption.is_some() => "http/1.1",
            Some(ServerHttp::H1) | None => return None,
        };
        let told = self.asks_over_tls(backend) && !self.inherits_check_alpn(backend);
        told.then_some(protocol)
    }

    /// Whether raw lines already say what checks negotiate. Then servers must not say it again.
    fn inherits_check_alpn(&self, backend: &Backend) -> bool {
        let snippet = self.snippet(backend);
        let raw = snippet.map_or(&[][..], |section| &section.policy.snippet.lines);
        raw.iter().any(|line| sets_check_alpn(line.words()))
            || self.check_alpn_by_default
            || gives_check_alpn(self.fragments(backend))
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

/// Whether the operator's lines give servers the ALPN of their checks.
pub(super) fn gives_check_alpn<'f>(fragments: impl IntoIterator<Item = &'f Fragment>) -> bool {
    let mut lines = fragments.into_iter().flat_map(Fragment::lines);
    lines.any(|line| words_with_variables(&line.value).is_ok_and(|words| sets_check_alpn(&words)))
}

/// Servers with a line of their own do not matter: what they say is theirs alone.
fn sets_check_alpn(words: &[String]) -> bool {
    let mut words = words.iter();
    words.next().is_some_and(|first| first == "default-server")
        && words.any(|word| word == "check-alpn")
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

#[cfg(test)]
mod tests {
    use crate::emit::include::{Fragment, FragmentKind, Include};
    use crate::emit::{CONFIG, Settings, emit, example};
    use crate::ir::policy::Encryption;
    use crate::ir::{CheckPath, HealthCheck, Policy, PolicyName, PolicySection};
    use crate::source::{File, FileKind, Sourced};

    /// The lines with `check-alpn`, where all Services share a policy with TLS, their servers are asked over HTTP, and the operator
    /// has this line in the defaults, or in one backend.
    fn check_alpn(own: &str, kind: FragmentKind) -> Vec<String> {
        let mut routing = example::shop();
        let mut policy = Policy::default();
        policy.server_tls.encryption = Some(Encryption::default());
        let name = PolicyName::of(&policy);
        for backend in routing.backends.values_mut() {
            backend.policy = Some(name.clone());
            backend.health = HealthCheck::Http(CheckPath::new("/healthz").expect("legal"));
        }
        let section = PolicySection {
            policy,
            ..PolicySection::default()
        };
        routing.policies.insert(name, section);
        let mut sources = example::sources();
        let file = sources.add(File::new("own.cfg", own).kind(FileKind::Fragment));
        let fragments = vec![Fragment::read(&sources, file, kind).expect("legal")];
        let mut include = Include::default();
        if kind == FragmentKind::Defaults {
            include.defaults = fragments;
        } else {
            let lines = Sourced::new(fragments, example::origin(1));
            include.backends.insert("shop/web:80".to_owned(), lines);
        }
        let settings = Settings {
            include,
            ..Settings::default()
        };
        let bundle = emit(&routing, &sources, &settings).expect("emitted");
        let text = String::from_utf8_lossy(&bundle.files[CONFIG].bytes).into_owned();
        let lines = text.lines().filter(|line| line.contains("check-alpn"));
        lines.map(|line| line.trim().to_owned()).collect()
    }

    #[test]
    fn the_alpn_of_checks_is_never_said_twice() {
        const OWN: &str = "default-server \"check-alpn\" h2";
        let ours = |line: &String| line.starts_with("server ") && line.ends_with(" http/1.1");
        let without = check_alpn("# check-alpn", FragmentKind::Backend);
        assert_eq!(without.len(), 6, "{without:#?}");
        assert_eq!(without.iter().filter(|line| ours(line)).count(), 5);
        let server = check_alpn(
            "server own 10.0.0.1:80 check-alpn h2",
            FragmentKind::Backend,
        );
        assert_eq!(server.iter().filter(|line| ours(line)).count(), 5);
        // Neither of the two servers beside the operator's line.
        let one = check_alpn(OWN, FragmentKind::Backend);
        assert_eq!(one.iter().filter(|line| ours(line)).count(), 3);
        assert_eq!(one.len(), 4, "{one:#?}");
        assert_eq!(check_alpn(OWN, FragmentKind::Defaults), [OWN]);
    }
}
