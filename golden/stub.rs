//! Servers that say who they are. One listener stands for all: every address of 127.0.0.0/8 reaches it, and the address that a
//! connection was made to tells which server was meant. It speaks HTTP/1.1, HTTP/1.1 over TLS and HTTP/2 in clear, whichever the
//! first bytes ask for.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use ingressc::ir::ServerProtocol;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde::{Deserialize, Serialize};

use crate::h2;

/// The header in which a stub answers; a body would not survive HEAD.
pub(crate) const HEADER: &str = "x-stub";

/// What a stub says: who it is, and what reached it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) backend: String,
    pub(crate) server: String,
    pub(crate) wire: Wire,
    pub(crate) path: String,
    /// By name in lower case; the lines of one name joined by `, `.
    pub(crate) headers: BTreeMap<String, String>,
    /// What else the connection began with: `sni`, `alpn`, whether HAProxy showed a `certificate`, and the `proxy` header.
    pub(crate) connection: BTreeMap<String, String>,
}

impl Seen {
    pub(crate) fn host(&self) -> Option<&str> {
        self.headers.get("host").map(String::as_str)
    }
}

/// What a connection begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Wire {
    Http1,
    H2c,
    Tls,
}

impl Wire {
    /// How a backend has to speak.
    pub(crate) fn of(protocol: ServerProtocol) -> Self {
        match protocol {
            ServerProtocol::Http1 => Self::Http1,
            ServerProtocol::H2c => Self::H2c,
            ServerProtocol::Https | ServerProtocol::Tcp => Self::Tls,
        }
    }
}

/// A request's path and headers.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
}

impl Head {
    /// Adds a header line.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.headers
            .entry(name.to_ascii_lowercase())
            .and_modify(|joined| joined.extend([", ", value]))
            .or_insert_with(|| value.to_owned());
    }
}

/// The servers of all models of this run.
pub(crate) struct Stubs {
    port: u16,
    /// Backend and server by address.
    names: Mutex<BTreeMap<Ipv4Addr, (String, String)>>,
}

impl Stubs {
    /// The one of this process, started on first use.
    pub(crate) fn shared() -> &'static Self {
        static STUBS: OnceLock<Stubs> = OnceLock::new();
        STUBS.get_or_init(|| {
            let listener = TcpListener::bind("0.0.0.0:0").expect("a free port");
            let port = listener.local_addr().expect("bound").port();
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    std::thread::spawn(move || drop(serve(&stream)));
                }
            });
            Stubs {
                port,
                names: Mutex::default(),
            }
        })
    }

    /// A new server. It lives as long as the process.
    pub(crate) fn add(&self, backend: &str, server: &str) -> SocketAddr {
        let mut names = self.names.lock().expect("no stub panics");
        let index = u32::try_from(names.len()).expect("few servers");
        // 127.1.0.0 and up: out of the way of 127.0.0.1, and below the addresses that HAProxy listens on.
        let address = Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + index);
        names.insert(address, (backend.to_owned(), server.to_owned()));
        SocketAddr::new(IpAddr::V4(address), self.port)
    }

    fn name(&self, address: IpAddr) -> Option<(String, String)> {
        let IpAddr::V4(address) = address else {
            return None;
        };
        let names = self.names.lock().expect("no stub panics");
        names.get(&address).cloned()
    }
}

/// Answers one request and closes: connections that nobody reuses cannot mix two answers up.
fn serve(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let Some((backend, server)) = Stubs::shared().name(stream.local_addr()?.ip()) else {
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
            let session = ServerConnection::new(tls()).map_err(io::Error::other)?;
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

/// The certificate in DER with which every stub answers.
pub(crate) fn certificate() -> Vec<u8> {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem"));
    certificate.expect("a certificate").to_vec()
}

/// One certificate for all: of the authority of `tls/`, for `*.shop.svc` and `api.example.com`. Clients may show one of the same
/// authority.
fn tls() -> Arc<ServerConfig> {
    static CONFIG: OnceLock<Arc<ServerConfig>> = OnceLock::new();
    let make = || {
        let pem = include_bytes!("tls/server.pem");
        let chain = vec![CertificateDer::from_pem_slice(pem).expect("a certificate")];
        let key = PrivateKeyDer::from_pem_slice(pem).expect("a key");
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(include_bytes!("tls/authority.pem"));
        roots
            .add(authority.expect("a certificate"))
            .expect("an authority");
        let provider = Arc::new(ring::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone())
            .allow_unauthenticated()
            .build()
            .expect("there is an authority");
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has suites for them")
            .with_client_cert_verifier(clients)
            .with_single_cert(chain, key)
            .expect("the key is the certificate's");
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Arc::new(config)
    };
    CONFIG.get_or_init(make).clone()
}
