//! One request or connection, asked of a live HAProxy, in the words of `expect`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use socket2::{Domain, Socket, Type};

use super::recorder::Recorder;
use super::site::Live;
use super::stub::{self, Seen, Wire};
use super::{PROXY, standin};
use crate::expect::{Ask, Found, FoundEnd, SeenByServer};
use crate::simulate::{ClientCertificate, Request, Scheme, TcpConnection};

impl Live {
    /// What HAProxy does with it.
    ///
    /// # Errors
    /// What is no answer: nothing came in time, no HTTP, or a server was spoken to in another protocol than it should be.
    pub fn ask(&self, ask: &Ask) -> Result<Found, String> {
        match ask {
            Ask::Request { request, version } => self.request(request, version),
            Ask::Connection { connection, alpn } => self.connection(connection, alpn.as_deref()),
        }
    }

    fn request(&self, request: &Request, version: &str) -> Result<Found, String> {
        let address = match request.scheme {
            Scheme::Http => self.http,
            Scheme::Https => self.https,
        };
        let Some(Ok(stream)) = address.map(|address| connect(address, request.source)) else {
            return Ok(Found::new(FoundEnd::NotListening));
        };
        let bytes = wire(request, version);
        let (answer, leaf) = match request.scheme {
            Scheme::Http => {
                let answer = exchange(stream, &bytes).map_err(|error| silence(&error))?;
                (answer, None)
            }
            Scheme::Https => match handshake(stream, request, None)? {
                None => return Ok(Found::new(FoundEnd::HandshakeRefused)),
                Some((stream, leaf)) => match exchange(stream, &bytes) {
                    Ok(answer) => (answer, Some(leaf)),
                    // In TLS 1.3 the client is done before the server has seen its certificate.
                    Err(error) if is_alert(&error) => {
                        return Ok(Found::new(FoundEnd::HandshakeRefused));
                    }
                    Err(error) => return Err(silence(&error)),
                },
            },
        };
        let (status, headers) = read(&answer)?;
        let seen = seen(&headers)?;
        if let Some(seen) = &seen {
            self.spoken(seen)?;
        }
        let end = match &seen {
            Some(seen) => self.backend(&seen.backend)?,
            None => FoundEnd::Status(status),
        };
        Ok(self.found(end, leaf.as_deref(), seen, headers))
    }

    /// A request of HTTP is sent, because that is what the stubs answer.
    fn connection(&self, connection: &TcpConnection, alpn: Option<&str>) -> Result<Found, String> {
        let Some(address) = self.tcp.get(&connection.port.get()) else {
            return Ok(Found::new(FoundEnd::NotListening));
        };
        let Ok(stream) = connect(*address, connection.source) else {
            return Ok(Found::new(FoundEnd::NotListening));
        };
        let request = Request {
            sni: connection.sni.clone(),
            certificate: connection.certificate,
            ..Request::default()
        };
        let bytes = wire(&request, "1.1");
        let ends_here = self.answers_tls.contains(&connection.port.get());
        // Where the handshake is the server's, one that is closed looks like one that is refused.
        let refused = if ends_here {
            FoundEnd::HandshakeRefused
        } else {
            FoundEnd::Closed
        };
        let (answer, leaf) = if connection.tls {
            match handshake(stream, &request, alpn)? {
                None => return Ok(Found::new(refused)),
                Some((stream, leaf)) => match exchange(stream, &bytes) {
                    Err(error) if is_alert(&error) => return Ok(Found::new(refused)),
                    answer => (answer.unwrap_or_default(), Some(leaf)),
                },
            }
        } else {
            (exchange(stream, &bytes).unwrap_or_default(), None)
        };
        if answer.is_empty() {
            // In clear text to a port that answers TLS: HAProxy hangs up in the handshake.
            let in_clear = ends_here && !connection.tls;
            return Ok(Found::new(if in_clear {
                refused
            } else {
                FoundEnd::Closed
            }));
        }
        let (_, headers) = read(&answer)?;
        let seen = seen(&headers)?.ok_or("no server answered, but somebody did")?;
        let end = self.backend(&seen.backend)?;
        Ok(self.found(end, leaf.as_deref(), Some(seen), headers))
    }

    fn found(
        &self,
        end: FoundEnd,
        leaf: Option<&[u8]>,
        seen: Option<Seen>,
        headers: BTreeMap<String, String>,
    ) -> Found {
        let certificate = leaf.map(|leaf| self.certificates.get(leaf).cloned().unwrap_or_default());
        Found {
            certificate,
            location: headers.get("location").cloned(),
            seen: seen.map(|seen| self.seen(seen)),
            response: headers
                .into_iter()
                .map(|(name, value)| (name, Some(value)))
                .collect(),
            is_live: true,
            ..Found::new(end)
        }
    }

    fn seen(&self, seen: Seen) -> SeenByServer {
        let mut headers = seen.headers;
        // Servers are told of the port, which is another one here.
        if let Some(port) = headers.get_mut("x-forwarded-port")
            && let Some(real) = self.real_ports.get(&**port)
        {
            port.clone_from(real);
        }
        SeenByServer {
            path: seen.path.split('?').next().unwrap_or_default().to_owned(),
            headers,
            connection: Some(seen.connection),
            server: Some(seen.server),
        }
    }

    /// Whether the server was spoken to as its backend says.
    fn spoken(&self, seen: &Seen) -> Result<(), String> {
        let wanted = self.protocols.get(&seen.backend).copied().map(Wire::of);
        if wanted == Some(seen.wire) {
            return Ok(());
        }
        Err(format!("the server was spoken to in {}", seen.wire.name()))
    }

    fn backend(&self, section: &str) -> Result<FoundEnd, String> {
        let known = self.backends.get(section).cloned();
        known.ok_or_else(|| format!("a server of `{section}` answered, which nobody knows"))
    }
}

/// What a stub says in its answer.
fn seen(headers: &BTreeMap<String, String>) -> Result<Option<Seen>, String> {
    let seen = headers.get(stub::HEADER);
    let seen = seen.map(|seen| serde_json::from_str(seen)).transpose();
    seen.map_err(|error| format!("the answer of the server that stands in: {error}"))
}

/// An answer that did not come.
fn silence(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => {
            "no answer within ten seconds".to_owned()
        }
        _ => format!("no answer: {error}"),
    }
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
) -> Result<Option<(Tls, Vec<u8>)>, String> {
    let sni = request.sni.as_deref();
    let recorder = Arc::new(Recorder::default());
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(recorder.clone());
    let shown = match request.certificate {
        ClientCertificate::Absent => None,
        ClientCertificate::Trusted => Some(standin::CLIENT),
        ClientCertificate::Foreign => Some(standin::FOREIGN),
    };
    let mut config = match shown {
        None => config.with_no_client_auth(),
        Some(pem) => {
            let bad = |error: rustls::pki_types::pem::Error| error.to_string();
            let leaf = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(bad)?;
            let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(bad)?;
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
    Ok(leaf.map(|leaf| (tls, leaf)))
}
