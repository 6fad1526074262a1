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
use rustls::{ServerConfig, ServerConnection, StreamOwned};
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
    /// The name in the TLS handshake.
    pub(crate) sni: Option<String>,
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
    let seen = |wire, sni: Option<&str>, head: Head| {
        serde_json::to_string(&Seen {
            backend,
            server,
            wire,
            path: head.path,
            headers: head.headers,
            sni: sni.map(str::to_owned),
        })
    };
    let mut first = [0; 3];
    let length = stream.peek(&mut first)?;
    match &first[..length] {
        [] => return Ok(()), // a health check connects and goes
        [0x16, ..] => {
            let connection = ServerConnection::new(tls()).map_err(io::Error::other)?;
            let mut tls = StreamOwned::new(connection, stream);
            let head = http1(&mut tls)?;
            let status = status(&head);
            let text = seen(Wire::Tls, tls.conn.server_name(), head)?;
            tls.write_all(&answer(status, &text))?;
            tls.conn.send_close_notify();
            tls.flush()?;
        }
        b"PRI" => {
            let mut stream = stream;
            let (id, head) = h2::read(&mut stream)?;
            h2::answer(&mut stream, id, HEADER, &seen(Wire::H2c, None, head)?)?;
        }
        _ => {
            let mut stream = stream;
            let head = http1(&mut stream)?;
            let status = status(&head);
            stream.write_all(&answer(status, &seen(Wire::Http1, None, head)?))?;
        }
    }
    // Closing while bytes are unread would reset the connection and could overtake the answer.
    stream.shutdown(Shutdown::Write)?;
    io::copy(&mut { stream }, &mut io::sink()).map(|_| ())
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
    let pem = include_bytes!("../src/emit/self-signed.pem");
    CertificateDer::from_pem_slice(pem).expect("a certificate").to_vec()
}

/// One certificate for all; HAProxy does not check it.
fn tls() -> Arc<ServerConfig> {
    static CONFIG: OnceLock<Arc<ServerConfig>> = OnceLock::new();
    let make = || {
        let pem = include_bytes!("../src/emit/self-signed.pem");
        let chain = vec![CertificateDer::from_pem_slice(pem).expect("a certificate")];
        let key = PrivateKeyDer::from_pem_slice(pem).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has suites for them")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("the key is the certificate's");
        Arc::new(config)
    };
    CONFIG.get_or_init(make).clone()
}
