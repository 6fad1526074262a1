//! How clients are spoken to over TLS.

use std::fmt;

use crate::ir::PemFile;

/// How clients are spoken to over TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientTls {
    /// The Secret with the certificate for names that no other covers, as the ConfigMap has it. What counts is
    /// [`Certificates::default`](crate::ir::Certificates::default).
    pub certificate: Option<SecretName>,
    /// Protocols in the order of preference; empty for those of [`Alpn::DEFAULT`].
    pub alpn: Vec<Alpn>,
    /// Names without a certificate of their own are refused, even where there is a default.
    pub strict_sni: bool,
    /// Whose certificates clients have to show.
    pub authority: Option<ClientAuthority>,
}

impl ClientTls {
    /// The protocols that clients may choose from.
    pub fn protocols(&self) -> &[Alpn] {
        if self.alpn.is_empty() {
            &Alpn::DEFAULT
        } else {
            &self.alpn
        }
    }
}

/// Whose certificates clients have to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAuthority {
    /// Their certificate descends from one of these.
    pub file: PemFile,
    /// A client may do without; one that is shown has to be good all the same.
    pub optional: bool,
}

/// A Secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretName {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// A protocol that is negotiated in the TLS handshake (RFC 7301).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alpn {
    /// HTTP/2.
    H2,
    /// HTTP/1.1.
    Http11,
    /// HTTP/1.0.
    Http10,
}

impl Alpn {
    /// All that HAProxy speaks over TCP.
    pub const ALL: [Self; 3] = [Self::H2, Self::Http11, Self::Http10];

    /// What is offered where nothing is said.
    pub const DEFAULT: [Self; 2] = [Self::H2, Self::Http11];

    /// As it is registered.
    pub fn name(self) -> &'static str {
        match self {
            Self::H2 => "h2",
            Self::Http11 => "http/1.1",
            Self::Http10 => "http/1.0",
        }
    }

    /// Reads a registered name. They are bytes: case counts.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|protocol| protocol.name() == text)
    }
}

impl fmt::Display for Alpn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
