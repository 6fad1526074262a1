//! Servers that say who they are. One listener stands for all: every address of 127.0.0.0/8 reaches it, and the address that a
//! connection was made to tells which server was meant.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The header in which a stub answers; a body would not survive HEAD.
pub(crate) const HEADER: &str = "x-stub";

/// What a stub says: who it is, and what reached it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) backend: String,
    pub(crate) server: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) host: Option<String>,
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
fn serve(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let Some((backend, server)) = Stubs::shared().name(stream.local_addr()?.ip()) else {
        return Ok(());
    };
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Ok(()); // a health check connects and goes
    };
    let mut seen = Seen {
        backend,
        server,
        method: method.to_owned(),
        path: path.to_owned(),
        host: None,
    };
    let mut length = 0;
    loop {
        let mut header = Vec::new();
        if reader.read_until(b'\n', &mut header)? <= 2 {
            break;
        }
        let header = String::from_utf8_lossy(&header);
        let Some((name, value)) = header.trim_end().split_once(':') else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "host" => seen.host = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    let seen = serde_json::to_string(&seen)?;
    let answer = format!(
        "HTTP/1.1 200 OK\r\n{HEADER}: {seen}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    let mut stream = stream;
    stream.write_all(answer.as_bytes())
}
