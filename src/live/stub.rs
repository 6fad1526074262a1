//! Servers that say who they are. One listener stands for all: every address of 127.0.0.0/8 reaches it, and the address that a
//! connection was made to tells which server was meant. It speaks HTTP/1.1, HTTP/1.1 over TLS and HTTP/2 in clear, whichever the
//! first bytes ask for.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde::{Deserialize, Serialize};
use socket2::{Domain, Socket, Type};

use super::{h2, standin};
use crate::ir::ServerProtocol;

/// How long a peer may stay silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// The header in which a stub answers; a body would not survive HEAD.
pub(super) const HEADER: &str = "x-stub";

/// What a stub says: who it is, and what reached it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) backend: String,
    pub(super) server: String,
    pub(super) wire: Wire,
    pub(super) path: String,
    /// By name in lower case; the lines of one name joined by `, `.
    pub(super) headers: BTreeMap<String, String>,
    /// What else the connection began with: `sni`, `alpn`, whether HAProxy showed a `certificate`, and the `proxy` header.
    pub(super) connection: BTreeMap<String, String>,
}

/// What a connection begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Wire {
    Http1,
    H2c,
    Tls,
}

impl Wire {
    /// As people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Http1 => "HTTP/1.1 in clear",
            Self::H2c => "HTTP/2 in clear",
            Self::Tls => "TLS",
        }
    }

    /// How a backend has to speak.
    pub(super) fn of(protocol: ServerProtocol) -> Self {
        match protocol {
            ServerProtocol::Http1 => Self::Http1,
            ServerProtocol::H2c => Self::H2c,
            ServerProtocol::Https | ServerProtocol::Tcp => Self::Tls,
        }
    }
}

/// A request's path and headers.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
}

impl Head {
    /// Adds a header line.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.headers
            .entry(name.to_ascii_lowercase())
            .and_modify(|joined| joined.extend([", ", value]))
            .or_insert_with(|| value.to_owned());
    }
}

/// The servers of all models of this run.
pub(super) struct Stubs {
    port: u16,
    /// Backend and server by address.
    names: Mutex<BTreeMap<Ipv4Addr, (String, String)>>,
}

impl Stubs {
    /// The one of this process, started on first use. It lives as long as the process.
    pub(super) fn shared() -> io::Result<&'static Self> {
        static STUBS: OnceLock<Result<Stubs, io::ErrorKind>> = OnceLock::new();
        let stubs = STUBS.get_or_init(|| Self::start().map_err(|error| error.kind()));
        stubs.as_ref().map_err(|kind| io::Error::from(*kind))
    }

    fn start() -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        // Every address of loopback and nothing else, where the kernel lets us say so; `serve` refuses all others in any case.
        #[cfg(target_os = "linux")]
        let _ = socket.bind_device(Some(b"lo"));
        socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)).into())?;
        socket.listen(1024)?;
        let listener = TcpListener::from(socket);
        let port = listener.local_addr()?.port();
        std::thread::Builder::new().spawn(move || {
            for stream in listener.incoming().flatten() {
                let serve = move || drop(serve(&stream));
                let _ = std::thread::Builder::new().spawn(serve);
            }
        })?;
        Ok(Self {
            port,
            names: Mutex::default(),
        })
    }

    /// A new server. It lives as long as the process.
    pub(super) fn add(&self, backend: &str, server: &str) -> SocketAddr {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let index = u32::try_from(names.len()).unwrap_or(u32::MAX);
        // 127.1.0.0 and up: out of the way of 127.0.0.1, and below the addresses that HAProxy listens on.
        let first = Ipv4Addr::new(127, 1, 0, 0).to_bits();
        let address = Ipv4Addr::from_bits(first.saturating_add(index));
        names.insert(address, (backend.to_owned(), server.to_owned()));
        SocketAddr::new(IpAddr::V4(address), self.port)
    }

    fn name(&self, address: IpAddr) -> Option<(String, String)> {
        let IpAddr::V4(address) = address else {
            return None;
        };
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(&address).cloned()
    }
}

/// Answers one request and closes: connections that nobody reuses cannot mix two answers up.
fn serve(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let known = Stubs::shared()?.name(stream.local_addr()?.ip());
    let (Some((backend, server)), true) = (known, stream.peer_addr()?.ip().is_loopback()) else {
        return Ok(());
    };
    let mut connection = BTreeMap::new();
    connection.extend(proxy(stream)?.map(|header| ("proxy".to_owned(), header)));
    let seen = |wire, connection: BTreeMap<String, String>, head: Head| {
        serde_json::to_string(&Seen {
            backend,
            server,
            wire,
            path: head.path,
            headers: head.headers,
            connection,
        })
    };
    let mut first = [0; 3];
    let length = stream.peek(&mut first)?;
    match &first[..length] {
        [] => return Ok(()), // a health check connects and goes
        [0x16, ..] => {
            let session = ServerConnection::new(tls()?).map_err(io::Error::other)?;
            let mut tls = StreamOwned::new(session, stream);
            while tls.conn.is_handshaking() {
                tls.conn.complete_io(&mut tls.sock)?;
            }
            let alpn = tls.conn.alpn_protocol().map(String::from_utf8_lossy);
            let alpn = alpn.map(|name| ("alpn", name.into_owned()));
            let sni = tls.conn.server_name().map(|name| ("sni", name.to_owned()));
            let shown = tls.conn.peer_certificates();
            let shown = shown.map(|_| ("certificate", "of the authority".to_owned()));
            let known = alpn.into_iter().chain(sni).chain(shown);
            connection.extend(known.map(|(name, value)| (name.to_owned(), value)));
            if connection.get("alpn").is_some_and(|name| name == "h2") {
                let (id, head) = h2::read(&mut tls)?;
                h2::answer(&mut tls, id, HEADER, &seen(Wire::Tls, connection, head)?)?;
            } else {
                let head = http1(&mut tls)?;
                let status = status(&head);
                let text = seen(Wire::Tls, connection, head)?;
                tls.write_all(&answer(status, &text))?;
            }
            tls.conn.send_close_notify();
            tls.flush()?;
        }
        b"PRI" => {
            let mut stream = stream;
            let (id, head) = h2::read(&mut stream)?;
            h2::answer(&mut stream, id, HEADER, &seen(Wire::H2c, connection, head)?)?;
        }
        _ => {
            let mut stream = stream;
            let head = http1(&mut stream)?;
            let status = status(&head);
            stream.write_all(&answer(status, &seen(Wire::Http1, connection, head)?))?;
        }
    }
    // Closing while bytes are unread would reset the connection and could overtake the answer.
    stream.shutdown(Shutdown::Write)?;
    io::copy(&mut { stream }, &mut io::sink()).map(|_| ())
}

/// Takes a PROXY header off the stream, if one stands there: its version and the client's address, `v1 203.0.113.9`; `v2 local` is
/// HAProxy itself, which checks.
fn proxy(mut stream: &TcpStream) -> io::Result<Option<String>> {
    let mut first = [0; 3];
    let length = stream.peek(&mut first)?;
    match &first[..length] {
        b"PRO" => {
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte)?;
                line.extend(byte);
            }
            let line = String::from_utf8_lossy(&line).into_owned();
            let client = line.split_whitespace().nth(2).unwrap_or("local");
            Ok(Some(format!("v1 {client}")))
        }
        b"\r\n\r" => {
            let mut start = [0; 16];
            stream.read_exact(&mut start)?;
            let mut rest = vec![0; usize::from(u16::from_be_bytes([start[14], start[15]]))];
            stream.read_exact(&mut rest)?;
            // Connections for somebody, by TCP over IPv4: the source comes first.
            let known = (start[12] == 0x21 && start[13] == 0x11).then_some(&rest);
            let client = known.and_then(|rest| rest.first_chunk::<4>());
            let client =
                client.map_or_else(|| "local".to_owned(), |ip| Ipv4Addr::from(*ip).to_string());
            let more = rest.get(12..).unwrap_or_default();
            Ok(Some(format!("v2 {client}{}", extensions(more))))
        }
        _ => Ok(None),
    }
}

/// What is known of the client's TLS (PROXY protocol 2.2): ` ssl`, and ` cn=NAME` of its certificate.
fn extensions(mut rest: &[u8]) -> String {
    let mut text = String::new();
    while let Some((&[kind, high, low], more)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (value, after) = more.split_at_checked(length).unwrap_or((more, &[]));
        match kind {
            0x20 => {
                text.push_str(" ssl");
                text += &extensions(value.get(5..).unwrap_or_default());
            }
            0x22 => text.extend([" cn=", &String::from_utf8_lossy(value)]),
            _ => {}
        }
        rest = after;
    }
    text
}

/// Reads a request of HTTP/1, its body included.
fn http1(stream: impl Read) -> io::Result<Head> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split_whitespace().nth(1);
    let path = path.ok_or_else(|| io::Error::other("no request line"))?;
    let mut head = Head {
        path: path.to_owned(),
        ..Head::default()
    };
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? <= 2 {
            break;
        }
        if let Some((name, value)) = String::from_utf8_lossy(&line).split_once(':') {
            head.add(name, value.trim());
        }
    }
    let length = head.headers.get("content-length");
    let length = length.and_then(|text| text.parse().ok()).unwrap_or(0);
    reader.take(length).read_to_end(&mut Vec::new())?;
    Ok(head)
}

/// The first lines of an answer. A WebSocket is opened, with the answer to the key of RFC 6455, section 1.3.
fn status(head: &Head) -> &'static str {
    match head.headers.get("upgrade").map(String::as_str) {
        Some("websocket") => {
            "101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        }
        _ => "200 OK\r\ncontent-length: 0\r\nconnection: close",
    }
}

fn answer(status: &str, seen: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{HEADER}: {seen}\r\n\r\n").into_bytes()
}

/// One certificate for all. Clients may show one of the same authority; what they show of another is let pass, and not told.
fn tls() -> io::Result<Arc<ServerConfig>> {
    static CONFIG: OnceLock<Option<Arc<ServerConfig>>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| server_config().ok()).clone();
    config.ok_or_else(|| io::Error::other("the certificate of the stubs cannot be used"))
}

fn server_config() -> Result<Arc<ServerConfig>, Box<dyn std::error::Error>> {
    let chain = vec![CertificateDer::from_pem_slice(standin::SERVER.as_bytes())?];
    let key = PrivateKeyDer::from_pem_slice(standin::SERVER.as_bytes())?;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(
        standin::AUTHORITY.as_bytes(),
    )?)?;
    let provider = Arc::new(ring::default_provider());
    let clients = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone())
        .allow_unauthenticated()
        .build()?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
