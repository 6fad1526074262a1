//! How the connection begins: whether somebody listens, and which certificate answers the handshake.

use super::{Request, Scheme};
use super::servers;
use crate::ir::{Backend, Certificate, Certificates, Claim, HostPattern, Routing, Target};

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
    match request.scheme {
        Scheme::Http if routing.listeners.http.is_empty() => Connection::NotListening,
        Scheme::Http => Connection::Plain,
        Scheme::Https if routing.listeners.https.is_empty() => Connection::NotListening,
        Scheme::Https if routing.passthrough.is_empty() && !offers_any(certificates) => {
            Connection::NotListening
        }
        Scheme::Https => {
            let through = request.sni.as_deref().and_then(|sni| through(routing, sni));
            if let Some(claim) = through {
                let outcome = land(routing, claim);
                return Connection::Passthrough { claim, outcome };
            }
            let named = request.sni.as_deref().and_then(|sni| by_name(routing, sni));
            let default = || certificates.files.get(certificates.default.as_ref()?);
            match (named, named.or_else(default)) {
                (named, Some(certificate)) => Connection::Tls {
                    certificate,
                    by_default: named.is_none(),
                },
                (_, None) => Connection::HandshakeRefused,
            }
        }
    }
}

/// The claim that hands TLS for a name through, if that name is more specific than all that are answered here.
fn through<'r>(routing: &'r Routing, sni: &str) -> Option<&'r Claim> {
    let sni = sni.to_ascii_lowercase();
    let exact = HostPattern::new(&sni).ok();
    if let Some(claim) = exact.as_ref().and_then(|name| routing.passthrough.get(name)) {
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

fn land<'r>(routing: &'r Routing, claim: &Claim) -> Through<'r> {
    let backend = match &claim.target {
        Target::Backend(name) => routing.backends.get(name),
        _ => None,
    };
    match backend {
        None => Through::Refused("what the manifest asks for cannot be honoured"),
        Some(backend) if servers::asleep(backend) => Through::Refused("the backend has no servers"),
        Some(backend) => Through::Backend(backend),
    }
}

/// The listener is bound only when some name, or every name, can be answered.
fn offers_any(certificates: &Certificates) -> bool {
    let mut files = certificates.files.values();
    certificates.default.is_some() || files.any(|certificate| !certificate.names.is_empty())
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
