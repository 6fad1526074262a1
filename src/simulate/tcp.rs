//! What becomes of a connection to a port whose connections go to servers as they come.
//!
//! In: the model and a connection. Out: the listener, the rule that it meets, and its end. It mirrors the emitted frontend: the PROXY
//! header, the handshake, the rules in their order, and then the lists and the servers of the backend.

use std::net::{IpAddr, Ipv4Addr};

use super::tls::may_come;
use super::{ClientCertificate, servers};
use crate::ir::{
    AcceptProxy, Backend, BindAddress, HostPattern, Pem, Port, Routing, Target, TcpCertificates,
    TcpCriterion, TcpListener, TcpRule, TcpTest, Termination,
};

/// A connection that a client opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcpConnection {
    /// The address of this host that it is made to; `None`: any.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: Port,
    /// Whom it is from: what the PROXY header says, where there is one.
    pub source: IpAddr,
    /// Whether it begins with a PROXY header.
    pub proxied: bool,
    /// Whether the client begins with a TLS handshake.
    pub tls: bool,
    /// The name in the handshake.
    pub sni: Option<String>,
    /// What the client shows in the handshake when it is asked.
    pub certificate: ClientCertificate,
}

impl TcpConnection {
    /// A client of this host itself that sends no TLS.
    pub fn to(port: Port) -> Self {
        Self {
            address: None,
            port,
            source: IpAddr::V4(Ipv4Addr::LOCALHOST),
            proxied: false,
            tls: false,
            sni: None,
            certificate: ClientCertificate::Absent,
        }
    }

    /// The name as it is compared: `None` where the client sends none.
    fn name(&self) -> Option<String> {
        let sni = self.sni.as_deref().filter(|_| self.tls)?;
        Some(sni.to_ascii_lowercase())
    }
}

/// What becomes of a connection.
#[derive(Debug, Clone)]
pub struct TcpVerdict<'r> {
    /// The listener that it meets; `None`: nobody listens there.
    pub listener: Option<&'r TcpListener>,
    /// The rule that decides; `None` where none is met, and the listener's default decides.
    pub rule: Option<&'r TcpRule>,
    /// The certificate that TLS is answered with, where that is done here.
    pub certificate: Option<&'r Pem>,
    /// How it ends.
    pub end: TcpEnd<'r>,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy)]
pub enum TcpEnd<'r> {
    /// A server of this backend has it.
    Backend(&'r Backend),
    /// HAProxy closes it, because this backend has no servers, or none that is given connections.
    NoServers(&'r Backend),
    /// HAProxy closes it; why, in lower case and without a full stop.
    Closed(&'static str),
    /// The handshake fails; why, in lower case and without a full stop.
    HandshakeRefused(&'static str),
    /// Nobody listens.
    NotListening,
}

impl<'r> TcpVerdict<'r> {
    /// What the connection leads to, whether it gets there or not; `None` where nobody listens.
    pub fn target(&self) -> Option<&'r Target> {
        let rule = self.rule.map(|rule| &rule.target);
        rule.or_else(|| Some(&self.listener?.default))
    }
}

/// Tells what becomes of `connection`.
pub fn connect<'r>(routing: &'r Routing, connection: &TcpConnection) -> TcpVerdict<'r> {
    let mut listeners = routing.tcp.iter();
    let listener = listeners.find(|listener| {
        let mut binds = listener.binds.iter();
        binds.any(|bind| meets(*bind, connection))
    });
    let mut verdict = TcpVerdict {
        listener,
        rule: None,
        certificate: None,
        end: TcpEnd::NotListening,
    };
    let Some(listener) = listener else {
        return verdict;
    };
    if listener.client.proxy == AcceptProxy::Always && !connection.proxied {
        verdict.end = TcpEnd::Closed("it begins with no PROXY header");
        return verdict;
    }
    if let Some(tls) = &listener.tls {
        match handshake(routing, tls, connection) {
            Ok(certificate) => verdict.certificate = Some(certificate),
            Err(why) => {
                verdict.end = TcpEnd::HandshakeRefused(why);
                return verdict;
            }
        }
    }
    let mut rules = listener.rules.iter();
    verdict.rule = rules.find(|rule| is_met(rule, connection));
    let target = verdict.rule.map_or(&listener.default, |rule| &rule.target);
    verdict.end = land(routing, target, connection.source);
    verdict
}

fn meets(bind: BindAddress, connection: &TcpConnection) -> bool {
    let is_there = match (bind, connection.address) {
        (BindAddress::Any(_), _) | (_, None) => true,
        (BindAddress::One(own), Some(address)) => {
            own.ip() == address || own.ip().is_unspecified() && own.is_ipv4() == address.is_ipv4()
        }
    };
    is_there && bind.port() == connection.port.get()
}

/// The certificate that answers, or why there is none.
fn handshake<'r>(
    routing: &'r Routing,
    tls: &'r Termination,
    connection: &TcpConnection,
) -> Result<&'r Pem, &'static str> {
    if !connection.tls {
        return Err("the port answers TLS, and the client sends none");
    }
    let name = connection.name();
    let covers = |pattern: &HostPattern, wildcard: bool| {
        let sni = name.as_deref();
        pattern.is_wildcard() == wildcard && sni.is_some_and(|sni| pattern.matches(sni))
    };
    let shown = match &tls.certificates {
        TcpCertificates::Shared => {
            let files = &routing.certificates.files;
            let of = |wildcard| {
                files.values().find(|file| {
                    let mut names = file.names.iter();
                    names.any(|name| covers(&name.value, wildcard))
                })
            };
            let default = || files.get(routing.certificates.default.as_ref()?);
            let default = || default().filter(|_| !routing.global.client_tls.strict_sni);
            let file = of(false).or_else(|| of(true)).or_else(default);
            file.map(|file| &file.pem)
        }
        TcpCertificates::Own {
            default,
            named: own,
        } => {
            let of = |wildcard| own.iter().find(|(pattern, _)| covers(pattern, wildcard));
            let file = of(false).or_else(|| of(true)).map(|(_, file)| file);
            file.or(default.as_ref()).map(|file| &file.pem)
        }
    };
    let shown = shown.ok_or("no certificate is for the name")?;
    match (&tls.clients, connection.certificate) {
        (None, _) | (Some(_), ClientCertificate::Trusted) => Ok(shown),
        (Some(clients), ClientCertificate::Absent) if clients.optional => Ok(shown),
        (Some(_), ClientCertificate::Absent) => Err("the client shows no certificate"),
        (Some(_), ClientCertificate::Foreign) => {
            Err("the client's certificate is not one of the authority")
        }
    }
}

/// Whether all tests of a rule hold.
pub(crate) fn is_met(rule: &TcpRule, connection: &TcpConnection) -> bool {
    let name = connection.name();
    let mut tests = rule.tests.iter();
    tests.all(|test| holds(test, name.as_deref(), connection))
}

fn holds(test: &TcpTest, name: Option<&str>, connection: &TcpConnection) -> bool {
    let met = match &test.what {
        TcpCriterion::Name(pattern) => name.is_some_and(|name| pattern.matches(name)),
        TcpCriterion::Source(list) => list.contains(connection.source),
        TcpCriterion::Handshake => connection.tls,
    };
    met != test.negated
}

fn land<'r>(routing: &'r Routing, target: &Target, source: IpAddr) -> TcpEnd<'r> {
    let Target::Backend(name) = target else {
        return TcpEnd::Closed("nobody may have it");
    };
    match routing.backends.get(name) {
        None => TcpEnd::Closed("what the manifest asks for cannot be honoured"),
        Some(backend) if !may_come(routing, backend, source) => {
            TcpEnd::Closed("an address list keeps the client out")
        }
        Some(backend) if servers::asleep(backend) => TcpEnd::NoServers(backend),
        Some(backend) => TcpEnd::Backend(backend),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::global::ClientAuthority;
    use crate::ir::policy::AddressList;
    use crate::ir::{BackendName, FileStem, PemFile, Wanted};
    use crate::simulate::example::{origin, routing};

    const PORT: u16 = 26_000;

    fn port() -> Port {
        Port::new(PORT).expect("a port")
    }

    /// A listener that leads to `shop/web`, with an address of each kind.
    fn one(change: impl FnOnce(&mut TcpListener)) -> Routing {
        let mut routing = routing(&["a.io Prefix / web 1", "b.io Prefix / empty 0"]);
        let mut names = routing.backends.keys();
        let web = names.find(|name| name.as_str().contains("web"));
        let web = Target::Backend(web.expect("there").clone());
        let mut listener = TcpListener::new("Service shop/web", Wanted::Pool, web, origin(1));
        listener.binds = vec![BindAddress::Any(port())];
        change(&mut listener);
        routing.tcp.push(listener);
        routing
    }

    fn end(routing: &Routing, connection: &TcpConnection) -> String {
        match connect(routing, connection).end {
            TcpEnd::Backend(backend) => backend.service.name.clone(),
            TcpEnd::NoServers(backend) => {
                format!("closed: {} has no servers", backend.service.name)
            }
            TcpEnd::Closed(why) => format!("closed: {why}"),
            TcpEnd::HandshakeRefused(why) => format!("refused: {why}"),
            TcpEnd::NotListening => "nobody".to_owned(),
        }
    }

    fn tls(sni: Option<&str>) -> TcpConnection {
        TcpConnection {
            tls: true,
            sni: sni.map(str::to_owned),
            ..TcpConnection::to(port())
        }
    }

    fn name(text: &str) -> TcpCriterion {
        TcpCriterion::Name(HostPattern::new(text).expect("a name"))
    }

    fn rule(tests: &[(bool, TcpCriterion)], target: Target) -> TcpRule {
        let tests = tests.iter().cloned();
        let tests = tests.map(|(negated, what)| TcpTest { negated, what });
        TcpRule {
            tests: tests.collect(),
            target,
            origin: origin(1),
        }
    }

    fn list(text: &str) -> AddressList {
        AddressList::new([text.parse().expect("a network")]).expect("not empty")
    }

    fn pem(stem: &str) -> PemFile {
        PemFile {
            stem: FileStem::new(stem).expect("legal"),
            pem: Pem::File(format!("/{stem}.pem")),
        }
    }

    #[test]
    fn a_connection_meets_the_listener_of_its_address_and_port() {
        let routing = one(|listener| {
            listener.binds = ["10.0.0.5:26000", "[fd00::5]:26000", "0.0.0.0:26001"]
                .map(|text| BindAddress::parse(text).expect("an address"))
                .into();
        });
        for (address, number, expected) in [
            (Some("10.0.0.5"), PORT, "web"),
            (Some("fd00::5"), PORT, "web"),
            (Some("10.0.0.6"), PORT, "nobody"),
            (None, PORT, "web"),
            (Some("10.0.0.6"), 26_001, "web"),
            (Some("fd00::5"), 26_001, "nobody"),
            (None, 26_002, "nobody"),
        ] {
            let mut connection = TcpConnection::to(Port::new(number).expect("a port"));
            connection.address = address.map(|text| text.parse().expect("an address"));
            assert_eq!(end(&routing, &connection), expected, "{address:?} {number}");
        }
    }

    #[test]
    fn the_first_rule_that_is_met_decides() {
        let routing = one(|listener| {
            let web = listener.default.clone();
            listener.default = Target::Closed;
            listener.rules = vec![
                rule(
                    &[
                        (false, name("*.a.io")),
                        (true, TcpCriterion::Source(list("10.0.0.0/8"))),
                    ],
                    Target::Closed,
                ),
                rule(&[(false, name("*.a.io"))], web.clone()),
                rule(&[(true, name("b.io"))], web),
            ];
        });
        let from = |sni: Option<&str>, source: &str| TcpConnection {
            source: source.parse().expect("an address"),
            ..tls(sni)
        };
        let nobody = "closed: nobody may have it";
        for (connection, expected) in [
            (from(Some("X.A.io"), "10.1.1.1"), "web"),
            (from(Some("x.a.io"), "192.0.2.1"), nobody),
            (from(Some("b.io"), "10.1.1.1"), nobody),
            (from(Some("c.io"), "10.1.1.1"), "web"),
            // Without a name it is not that name.
            (from(None, "10.1.1.1"), "web"),
            // A name is one of a handshake.
            (
                TcpConnection {
                    tls: false,
                    ..from(Some("b.io"), "10.1.1.1")
                },
                "web",
            ),
        ] {
            assert_eq!(end(&routing, &connection), expected, "{connection:?}");
        }
    }

    #[test]
    fn a_port_that_answers_tls_shows_the_certificate_of_the_name() {
        let with = |default: Option<PemFile>, clients: Option<bool>| {
            one(|listener| {
                let named = [("a.io", "exact"), ("*.io", "wild")];
                let named = named
                    .map(|(pattern, stem)| (HostPattern::new(pattern).expect("a name"), pem(stem)));
                listener.tls = Some(Termination {
                    certificates: TcpCertificates::Own {
                        default,
                        named: named.into(),
                    },
                    clients: clients.map(|optional| ClientAuthority {
                        file: pem("ca"),
                        optional,
                    }),
                    alpn: Vec::new(),
                    origin: origin(1),
                });
            })
        };
        let shown =
            |routing: &Routing, connection: &TcpConnection| match connect(routing, connection)
                .certificate
            {
                Some(Pem::File(path)) => path.clone(),
                _ => String::new(),
            };
        let strict = with(None, None);
        let lax = with(Some(pem("default")), None);
        for (sni, of_strict, of_lax) in [
            (Some("A.io"), "/exact.pem", "/exact.pem"),
            (Some("b.io"), "/wild.pem", "/wild.pem"),
            (Some("x.b.io"), "", "/default.pem"),
            (None, "", "/default.pem"),
        ] {
            assert_eq!(shown(&strict, &tls(sni)), of_strict, "{sni:?}");
            assert_eq!(shown(&lax, &tls(sni)), of_lax, "{sni:?}");
        }
        assert!(end(&lax, &TcpConnection::to(port())).starts_with("refused"));

        let showing = |certificate| TcpConnection {
            certificate,
            ..tls(Some("a.io"))
        };
        for (optional, certificate, comes_in) in [
            (false, ClientCertificate::Trusted, true),
            (false, ClientCertificate::Absent, false),
            (false, ClientCertificate::Foreign, false),
            (true, ClientCertificate::Absent, true),
            (true, ClientCertificate::Foreign, false),
        ] {
            let found = end(&with(None, Some(optional)), &showing(certificate));
            assert_eq!(found == "web", comes_in, "{optional} {certificate:?}");
        }
    }

    #[test]
    fn without_a_header_proxies_are_closed_and_without_servers_everybody() {
        let proxied = one(|listener| listener.client.proxy = AcceptProxy::Always);
        let mut connection = TcpConnection::to(port());
        assert!(end(&proxied, &connection).starts_with("closed"));
        connection.proxied = true;
        assert_eq!(end(&proxied, &connection), "web");

        let empty = one(|listener| {
            let name = BackendName::new("default", "empty", 80).expect("legal");
            listener.default = Target::Backend(name);
        });
        assert!(end(&empty, &TcpConnection::to(port())).starts_with("closed"));
    }
}
