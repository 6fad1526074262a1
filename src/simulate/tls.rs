//! How the connection begins: whether somebody listens, and which certificate answers the handshake.

use super::{ClientCertificate, Request, Scheme};
use crate::ir::{Certificate, Routing};

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
    /// The handshake fails: no certificate for that name, and no default (`strict-sni`).
    HandshakeRefused,
    /// The handshake fails: the client shows no certificate, or not one of the authority.
    ClientRefused(ClientCertificate),
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
        Scheme::Https if routing.listeners.https.is_empty() || !certificates.offers_any() => {
            Connection::NotListening
        }
        Scheme::Https => {
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
