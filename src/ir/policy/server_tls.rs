//! How servers are spoken to: TLS, protocol, PROXY header.

use crate::ir::{Fqdn, PemFile, ServerProtocol};

/// How servers are spoken to.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerTls {
    /// TLS, whatever the Service port says; `None` leaves it to the port.
    pub encryption: Option<Encryption>,
    /// The version of HTTP, whatever the Service port says; `None` leaves it to the port, and over TLS to the server.
    pub http: Option<ServerHttp>,
    /// Whether servers are told in front of each connection who the client is.
    pub proxy: Option<ProxyHeader>,
}

/// TLS to servers.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Encryption {
    /// Whom servers have to be; `None` takes any.
    pub verify: Option<Verification>,
    /// The key and certificate that HAProxy shows to servers that ask for one.
    pub certificate: Option<PemFile>,
}

/// Whom servers have to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Verification {
    /// Their certificate descends from one of these.
    pub authority: PemFile,
    /// It is for this name, which they are asked for in the handshake, too.
    pub name: Fqdn,
}

/// A version of HTTP to servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServerHttp {
    /// HTTP/1.1.
    H1,
    /// HTTP/2.
    H2,
}

/// A PROXY header (<https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProxyHeader {
    /// Version 1, a line of text: addresses.
    V1,
    /// Version 2, binary: addresses.
    V2,
    /// The same with what is known of the client's TLS.
    V2Ssl,
    /// The same with the common name of the client's certificate.
    V2SslCn,
}

impl ProxyHeader {
    /// The parameter of a `server` line that sends it (manual 5.2).
    pub fn keyword(self) -> &'static str {
        match self {
            Self::V1 => "send-proxy",
            Self::V2 => "send-proxy-v2",
            Self::V2Ssl => "send-proxy-v2-ssl",
            Self::V2SslCn => "send-proxy-v2-ssl-cn",
        }
    }
}

impl ServerTls {
    /// Whether servers are asked who they are.
    pub fn verifies(&self) -> bool {
        let encryption = self.encryption.as_ref();
        encryption.is_some_and(|encryption| encryption.verify.is_some())
    }

    /// What connections to servers begin with, where the Service port says `port`.
    pub fn protocol(&self, port: ServerProtocol) -> ServerProtocol {
        let encrypted = self.encryption.is_some() || port == ServerProtocol::Https;
        match self.http {
            _ if encrypted => ServerProtocol::Https,
            Some(ServerHttp::H1) => ServerProtocol::Http1,
            Some(ServerHttp::H2) => ServerProtocol::H2c,
            None => port,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_count_before_the_port_and_never_take_tls_away() {
        use ServerProtocol::{H2c, Http1, Https};
        let with = |encrypted: bool, http| ServerTls {
            encryption: encrypted.then(Encryption::default),
            http,
            proxy: None,
        };
        for (own, port, expected) in [
            (with(false, None), H2c, H2c),
            (with(true, None), Http1, Https),
            (with(true, Some(ServerHttp::H2)), Http1, Https),
            (with(false, Some(ServerHttp::H2)), Http1, H2c),
            (with(false, Some(ServerHttp::H1)), H2c, Http1),
            (with(false, Some(ServerHttp::H1)), Https, Https),
        ] {
            assert_eq!(own.protocol(port), expected, "{own:?} {port:?}");
        }
    }
}
