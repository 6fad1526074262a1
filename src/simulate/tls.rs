//! How the connection begins: whether somebody listens, and which certificate answers the handshake.

use std::net::IpAddr;

use super::{ClientCertificate, Request, Scheme, servers};
use crate::ir::{Backend, BindAddress, Certificate, Claim, HostPattern, Routing, Target};

/// How the connection begins.
#[derive(Debug, Clone, Copy)]
pub enum Connection<'r> {
    /// Nobody listens: no such listener, or no certificate for it.
    NotListening,
    /// Plain HTTP.
    Plain,
    /// TLS with this certificate.
    Tls {
        /// The certificate.
        certificate: &'r Certificate,
        /// No entry names the host; the default answers.
        by_default: bool,
    },
    /// TLS is handed through by the name in the handshake. Nothing here sees the request.
    Passthrough {
        /// The claim that says so.
        claim: &'r Claim,
        /// Who gets the connection.
        outcome: Through<'r>,
    },
    /// The handshake fails: no certificate for that name, and no default (`strict-sni`).
    HandshakeRefused,
    /// The handshake fails: the client shows no certificate, or not one of the authority.
    ClientRefused(ClientCertificate),
}

/// What becomes of a connection whose TLS is handed through.
#[derive(Debug, Clone, Copy)]
pub enum Through<'r> {
    /// A server of this backend answers the handshake.
    Backend(&'r Backend),
    /// It is closed; why, in lower case and without a full stop.
    Refused(&'static str),
}

impl Connection<'_> {
    /// Whether a request can be sent.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Plain | Self::Tls { .. })
    }
}

pub(super) fn connect<'r>(routing: &'r Routing, request: &Request) -> Connection<'r> {
    let certificates = &routing.certificates;
    if other_scheme(routing, request).is_some() {
        return Connection::NotListening;
    }
    match request.scheme {
        Scheme::Http if routing.listeners.http.is_empty() => Connection::NotListening,
        Scheme::Http => Connection::Plain,
        Scheme::Https if routing.listeners.https.is_empty() => Connection::NotListening,
        Scheme::Https if routing.passthrough.is_empty() && !certificates.offers_any() => {
            Connection::NotListening
        }
        Scheme::Https => {
            let through = request.sni.as_deref().and_then(|sni| through(routing, sni));
            if let Some(claim) = through {
                let outcome = land(routing, claim, request);
                return Connection::Passthrough { claim, outcome };
            }
            let named = request.sni.as_deref().and_then(|sni| by_name(routing, sni));
            let strict = routing.global.client_tls.strict_sni;
            let default = || certificates.files.get(certificates.default.as_ref()?);
            let shown = named.or_else(|| default().filter(|_| !strict));
            match (named, shown) {
                (_, Some(_)) if !accepts(routing, request.certificate) => {
                    Connection::ClientRefused(request.certificate)
                }
                (named, Some(certificate)) => Connection::Tls {
                    certificate,
                    by_default: named.is_none(),
                },
                (_, None) => Connection::HandshakeRefused,
            }
        }
    }
}

/// The scheme that is spoken on the request's port, if that is not the request's own.
pub fn other_scheme(routing: &Routing, request: &Request) -> Option<Scheme> {
    let port = request.port?;
    let (own, other, scheme) = match request.scheme {
        Scheme::Http => (
            &routing.listeners.http,
            &routing.listeners.https,
            Scheme::Https,
        ),
        Scheme::Https => (
            &routing.listeners.https,
            &routing.listeners.http,
            Scheme::Http,
        ),
    };
    let is_of = |binds: &[BindAddress]| binds.iter().any(|bind| bind.port() == port);
    (!is_of(own) && is_of(other)).then_some(scheme)
}

/// The claim that hands TLS for a name through, if that name is more specific than all that are answered here.
fn through<'r>(routing: &'r Routing, sni: &str) -> Option<&'r Claim> {
    let sni = sni.to_ascii_lowercase();
    let exact = HostPattern::new(&sni).ok();
    if let Some(claim) = exact
        .as_ref()
        .and_then(|name| routing.passthrough.get(name))
    {
        return Some(claim);
    }
    let is_here = |name: &HostPattern| !name.is_wildcard() && name.matches(&sni);
    let files = routing.certificates.files.values();
    let mut certified = files.flat_map(|file| &file.names);
    if routing.hosts.iter().any(|host| is_here(&host.pattern))
        || certified.any(|name| is_here(&name.value))
    {
        return None;
    }
    let mut wildcards = routing.passthrough.iter();
    wildcards
        .find(|(pattern, _)| pattern.is_wildcard() && pattern.matches(&sni))
        .map(|(_, claim)| claim)
}

fn land<'r>(routing: &'r Routing, claim: &Claim, request: &Request) -> Through<'r> {
    let backend = match &claim.target {
        Target::Backend(name) => routing.backends.get(name),
        _ => None,
    };
    match backend {
        None => Through::Refused("what the manifest asks for cannot be honoured"),
        Some(backend) if !may_come(routing, backend, request.source) => {
            Through::Refused("an address list keeps the client out")
        }
        Some(backend) if servers::asleep(backend) => Through::Refused("the backend has no servers"),
        Some(backend) => Through::Backend(backend),
    }
}

/// Whether the lists of addresses let the client in.
pub(super) fn may_come(routing: &Routing, backend: &Backend, client: IpAddr) -> bool {
    let section = backend
        .policy
        .as_ref()
        .and_then(|name| routing.policies.get(name));
    let Some(access) = section.map(|section| &section.policy.access) else {
        return true;
    };
    let denied = access
        .deny
        .as_ref()
        .is_some_and(|list| list.contains(client));
    let allowed = access
        .allow
        .as_ref()
        .is_none_or(|list| list.contains(client));
    allowed && !denied
}

/// Whether a client may come with this certificate, or without one.
fn accepts(routing: &Routing, shown: ClientCertificate) -> bool {
    let Some(authority) = &routing.global.client_tls.authority else {
        return true;
    };
    match shown {
        ClientCertificate::Trusted => true,
        ClientCertificate::Absent => authority.optional,
        ClientCertificate::Foreign => false,
    }
}

/// As HAProxy does: the name in lower case among the exact ones, then without its first label among the wildcards.
fn by_name<'r>(routing: &'r Routing, sni: &str) -> Option<&'r Certificate> {
    let sni = sni.to_ascii_lowercase();
    let offered = |wildcard: bool| {
        routing.certificates.files.values().find(|certificate| {
            let mut names = certificate.names.iter().map(|name| &name.value);
            names.any(|name| name.is_wildcard() == wildcard && name.matches(&sni))
        })
    };
    offered(false).or_else(|| offered(true))
}
