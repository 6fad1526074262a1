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
    /// HAProxy closes it; why, in lower case and without a full stop.
    Closed(&'static str),
    /// The handshake fails; why, in lower case and without a full stop.
    HandshakeRefused(&'static str),
    /// Nobody listens.
    NotListening,
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
    let name = connection.name();
    let met = |test: &TcpTest| holds(test, name.as_deref(), connection.source);
    let mut rules = listener.rules.iter();
    verdict.rule = rules.find(|rule| rule.tests.iter().all(met));
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
    let named = |pattern: &HostPattern, wildcard: bool| {
        let name = name.as_deref();
        pattern.is_wildcard() == wildcard && name.is_some_and(|name| pattern.matches(name))
    };
    let shown = match &tls.certificates {
        TcpCertificates::Shared => {
            let files = &routing.certificates.files;
            let of = |wildcard| {
                files.values().find(|file| {
                    let mut names = file.names.iter();
                    names.any(|name| named(&name.value, wildcard))
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
            let of = |wildcard| own.iter().find(|(pattern, _)| named(pattern, wildcard));
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

fn holds(test: &TcpTest, name: Option<&str>, source: IpAddr) -> bool {
    let met = match &test.what {
        TcpCriterion::Name(pattern) => name.is_some_and(|name| pattern.matches(name)),
        TcpCriterion::Source(list) => list.contains(source),
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
        Some(backend) if servers::asleep(backend) => TcpEnd::Closed("the backend has no servers"),
        Some(backend) => TcpEnd::Backend(backend),
    }
}
