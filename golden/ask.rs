//! One request, asked of the simulator and of a live HAProxy, in words that can be compared.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use ingressc::ir::{Certificate, Pem, Routing};
use ingressc::simulate::{
    self, ClientCertificate, Connection, Request, Scheme, TcpConnection, TcpEnd, Through,
};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use socket2::{Domain, Socket, Type};

use crate::live::{Live, PROXY};
use crate::recorder::Recorder;
use crate::stub::{self, Seen};

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nobody accepted the connection.
    NotListening,
    /// TLS failed.
    HandshakeRefused,
    /// The connection was closed without a word.
    Closed,
    /// HAProxy answered by itself.
    Status { status: u16, leaf: Option<Leaf> },
    /// A server of this backend answered.
    Backend { backend: String, leaf: Option<Leaf> },
}

impl Outcome {
    /// The certificate of the handshake.
    pub(crate) fn leaf(&self) -> Option<&Leaf> {
        match self {
            Self::Status { leaf, .. } | Self::Backend { leaf, .. } => leaf.as_ref(),
            Self::NotListening | Self::HandshakeRefused | Self::Closed => None,
        }
    }
}

/// A leaf certificate in DER. Printed as its length and last bytes, which are its signature's.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Leaf(Vec<u8>);

impl Leaf {
    /// The first certificate of a PEM file.
    pub(crate) fn of(certificate: &Certificate) -> Self {
        Self::of_pem(&certificate.pem)
    }

    /// The same of a file without names.
    pub(crate) fn of_pem(pem: &Pem) -> Self {
        let der = match pem {
            Pem::Inline(text) => CertificateDer::from_pem_slice(text.as_bytes()),
            Pem::File(path) => CertificateDer::from_pem_file(path),
        };
        Self(der.expect("the bundle holds a certificate").to_vec())
    }
}

impl fmt::Debug for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tail = &self.0[self.0.len().saturating_sub(4)..];
        write!(f, "leaf of {} bytes, ..{tail:02x?}", self.0.len())
    }
}

/// What the simulator says.
pub(crate) fn simulator(routing: &Routing, request: &Request) -> Outcome {
    let verdict = simulate::ask(routing, request);
    let leaf = match verdict.connection {
        Connection::NotListening => return Outcome::NotListening,
        Connection::HandshakeRefused | Connection::ClientRefused(_) => {
            return Outcome::HandshakeRefused;
        }
        Connection::Plain => None,
        Connection::Passthrough { outcome, .. } => match outcome {
            Through::Refused(_) => return Outcome::HandshakeRefused,
            Through::Backend(_) => Some(Leaf(stub::certificate())),
        },
        Connection::Tls { certificate, .. } => Some(Leaf::of(certificate)),
    };
    match (verdict.backend(), verdict.status()) {
        (Some(backend), None) => Outcome::Backend {
            backend: backend.name.to_string(),
            leaf,
        },
        (None, Some(status)) => Outcome::Status { status, leaf },
        both => panic!("the verdict names a backend or a status, not {both:?}"),
    }
}

/// What the simulator says of a connection to a port of a TCP service.
pub(crate) fn tcp_simulator(routing: &Routing, connection: &TcpConnection) -> Outcome {
    let verdict = simulate::connect(routing, connection);
    match verdict.end {
        TcpEnd::NotListening => Outcome::NotListening,
        TcpEnd::HandshakeRefused(_) => Outcome::HandshakeRefused,
        TcpEnd::Closed(_) | TcpEnd::NoServers(_) => Outcome::Closed,
        TcpEnd::Backend(backend) => {
            let ends_here = verdict.certificate.map(Leaf::of_pem);
            let stub = || connection.tls.then(|| Leaf(stub::certificate()));
            Outcome::Backend {
                backend: backend.name.to_string(),
                leaf: ends_here.or_else(stub),
            }
        }
    }
}

/// What HAProxy does with it: a request of HTTP is sent, because that is what the stubs answer.
pub(crate) fn tcp_haproxy(
    live: &Live,
    routing: &Routing,
    connection: &TcpConnection,
    alpn: Option<&str>,
) -> Result<Answer, String> {
    let Some(address) = live.tcp.get(&connection.port.get()) else {
        return Ok(Answer::silent(Outcome::NotListening));
    };
    let Ok(stream) = connect(*address, connection.source) else {
        return Ok(Answer::silent(Outcome::NotListening));
    };
    let request = Request {
        sni: connection.sni.clone(),
        certificate: connection.certificate,
        ..Request::default()
    };
    let bytes = wire(&request, "1.1");
    let listener = simulate::connect(routing, connection).listener;
    let ends_here = listener.is_some_and(|listener| listener.tls.is_some());
    // Where the handshake is the server's, one that is closed looks like one that is refused.
    let refused = if ends_here {
        Outcome::HandshakeRefused
    } else {
        Outcome::Closed
    };
    let (answer, leaf) = if connection.tls {
        match handshake(stream, &request, alpn)? {
            None => return Ok(Answer::silent(refused)),
            Some((stream, leaf)) => match exchange(stream, &bytes) {
                Err(error) if is_alert(&error) => return Ok(Answer::silent(refused)),
                answer => (answer.unwrap_or_default(), Some(leaf)),
            },
        }
    } else {
        (exchange(stream, &bytes).unwrap_or_default(), None)
    };
    if answer.is_empty() {
        // In clear text to a port that answers TLS: HAProxy hangs up in the handshake.
        let in_clear = ends_here && !connection.tls;
        let outcome = if in_clear { refused } else { Outcome::Closed };
        return Ok(Answer::silent(outcome));
    }
    let (_, headers) = read(&answer)?;
    let seen = headers.get(stub::HEADER).ok_or("no stub answered")?;
    let seen: Seen =
        serde_json::from_str(seen).map_err(|error| format!("the stub's header: {error}"))?;
    let backend = seen.backend.clone();
    Ok(Answer {
        outcome: Outcome::Backend { backend, leaf },
        seen: Some(seen),
        headers,
    })
}

/// What a live HAProxy did.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    /// What the server saw, if one was reached.
    pub(crate) seen: Option<Seen>,
    /// The response's headers, names in lower case, the lines of one name joined by `, `.
    pub(crate) headers: BTreeMap<String, String>,
}

impl Answer {
    /// One without a response.
    fn silent(outcome: Outcome) -> Self {
        Self {
            outcome,
            seen: None,
            headers: BTreeMap::new(),
        }
    }
}

/// What HAProxy does. Errors are failures of the test, not answers.
pub(crate) fn haproxy(live: &Live, request: &Request, version: &str) -> Result<Answer, String> {
    let address = match request.scheme {
        Scheme::Http => live.http,
        Scheme::Https => live.https,
    };
    let Some(Ok(stream)) = address.map(|address| connect(address, request.source)) else {
        return Ok(Answer::silent(Outcome::NotListening));
    };
    let bytes = wire(request, version);
    let (answer, leaf) = match request.scheme {
        Scheme::Http => (
            exchange(stream, &bytes).map_err(|error| error.to_string())?,
            None,
        ),
        Scheme::Https => match handshake(stream, request, None)? {
            None => return Ok(Answer::silent(Outcome::HandshakeRefused)),
            Some((stream, leaf)) => match exchange(stream, &bytes) {
                Ok(answer) => (answer, Some(leaf)),
                // In TLS 1.3 the client is done before the server has seen its certificate.
                Err(error) if is_alert(&error) => {
                    return Ok(Answer::silent(Outcome::HandshakeRefused));
                }
                Err(error) => return Err(error.to_string()),
            },
        },
    };
    let (status, headers) = read(&answer)?;
    let seen = headers.get(stub::HEADER);
    let seen = seen
        .map(|seen| serde_json::from_str::<Seen>(seen))
        .transpose();
    let seen = seen.map_err(|error| format!("the stub's header: {error}"))?;
    let outcome = match &seen {
        Some(seen) => Outcome::Backend {
            backend: seen.backend.clone(),
            leaf,
        },
        None => Outcome::Status { status, leaf },
    };
    Ok(Answer {
        outcome,
        seen,
        headers,
    })
}

/// Connects from where HAProxy expects a PROXY header, if the request is to come from elsewhere, and sends one.
fn connect(address: SocketAddr, source: IpAddr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if source != Ipv4Addr::LOCALHOST {
        socket.bind(&SocketAddr::new(PROXY.into(), 0).into())?;
    }
    socket.connect_timeout(&address.into(), Duration::from_secs(5))?;
    let mut stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.set_write_timeout(Some(Duration::from_secs(10)))?;
    // The request follows a PROXY header at once, and does not wait for its acknowledgement.
    stream.set_nodelay(true)?;
    let (ip, port) = (address.ip(), address.port());
    let header = match source {
        IpAddr::V4(Ipv4Addr::LOCALHOST) => return Ok(stream),
        IpAddr::V4(source) => format!("PROXY TCP4 {source} {ip} 40000 {port}\r\n"),
        IpAddr::V6(source) => format!("PROXY TCP6 {source} ::1 40000 {port}\r\n"),
    };
    // In one piece: HAProxy does not wait for the rest of it.
    stream.write_all(header.as_bytes())?;
    Ok(stream)
}

fn wire(request: &Request, version: &str) -> Vec<u8> {
    let Request { method, target, .. } = request;
    let mut text = format!("{method} {target} HTTP/{version}\r\n");
    let host = request.host.as_deref().map(|host| ("Host", host));
    let others = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in host.into_iter().chain(others) {
        text.extend([name, ": ", value, "\r\n"]);
    }
    let is_connection = |(name, _): &(String, String)| name.eq_ignore_ascii_case("connection");
    if !request.headers.iter().any(is_connection) {
        text.push_str("Connection: close\r\n");
    }
    text.push_str("\r\n");
    text.into_bytes()
}

fn exchange(mut stream: impl Read + Write, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let sent = stream.write_all(request);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        // HAProxy may reset after it refused; what it said before counts.
        Err(error) if answer.is_empty() => Err(error),
        _ => sent.map(|()| answer),
    }
}

/// Whether the other side refused by an alert of TLS.
fn is_alert(error: &std::io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(inner, Some(rustls::Error::AlertReceived(_)))
}

/// The status and the headers of a response.
fn read(answer: &[u8]) -> Result<(u16, BTreeMap<String, String>), String> {
    let text = String::from_utf8_lossy(answer);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("no status in {head:?}"))?;
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        let known = headers.entry(name.to_ascii_lowercase());
        known
            .and_modify(|line| *line = format!("{line}, {value}"))
            .or_insert_with(|| value.to_owned());
    }
    Ok((status, headers))
}

type Tls = StreamOwned<ClientConnection, TcpStream>;

/// `None` when the server refuses.
fn handshake(
    stream: TcpStream,
    request: &Request,
    alpn: Option<&str>,
) -> Result<Option<(Tls, Leaf)>, String> {
    let sni = request.sni.as_deref();
    let recorder = Arc::new(Recorder::default());
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(recorder.clone());
    let shown: Option<&[u8]> = match request.certificate {
        ClientCertificate::Absent => None,
        ClientCertificate::Trusted => Some(include_bytes!("tls/client.pem")),
        ClientCertificate::Foreign => Some(include_bytes!("tls/foreign.pem")),
    };
    let mut config = match shown {
        None => config.with_no_client_auth(),
        Some(pem) => {
            let leaf = CertificateDer::from_pem_slice(pem).expect("a certificate");
            let key = PrivateKeyDer::from_pem_slice(pem).expect("a key");
            let config = config.with_client_auth_cert(vec![leaf], key);
            config.map_err(|error| error.to_string())?
        }
    };
    config.enable_sni = sni.is_some();
    config.alpn_protocols = alpn.into_iter().map(Into::into).collect();
    let name = sni.unwrap_or("no-sni.invalid").to_owned();
    let name = ServerName::try_from(name).map_err(|error| error.to_string())?;
    let connection =
        ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    let mut tls = StreamOwned::new(connection, stream);
    while tls.conn.is_handshaking() {
        if let Err(error) = tls.conn.complete_io(&mut tls.sock) {
            let slow = matches!(
                error.kind(),
                std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
            );
            return if slow {
                Err(format!("handshake: {error}"))
            } else {
                Ok(None)
            };
        }
    }
    let agreed = tls.conn.alpn_protocol();
    if alpn.is_some() && agreed != alpn.map(str::as_bytes) {
        return Err(format!("{agreed:?} was agreed on, not {alpn:?}"));
    }
    let leaf = recorder.take();
    Ok(leaf.map(|leaf| (tls, Leaf(leaf))))
}
