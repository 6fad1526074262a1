//! Requests: one at a time, on connections that are kept or not; and the wait for an answer that is to come.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::pod;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The pod that answered; `None` when HAProxy did.
    pub(crate) pod: Option<String>,
    pub(crate) body: String,
    /// The other side closes the connection.
    pub(crate) closes: bool,
}

/// A connection to HAProxy.
pub(crate) struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    /// Connects. Nothing takes longer than `patience`.
    pub(crate) fn connect(address: SocketAddr, patience: Duration) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, patience)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        stream.set_nodelay(true)?;
        let reader = BufReader::new(stream);
        Ok(Self { reader })
    }

    /// GET of `path`; the connection stays open.
    pub(crate) fn ask(&mut self, host: &str, path: &str) -> io::Result<Answer> {
        self.ask_with(host, path, "")
    }

    /// As [`Client::ask`], with header lines besides, each with its line end.
    pub(crate) fn ask_with(&mut self, host: &str, path: &str, more: &str) -> io::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{more}\r\n");
        self.reader.get_mut().write_all(request.as_bytes())?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "closed without an answer",
            ));
        }
        let status = line.split(' ').nth(1).and_then(|text| text.parse().ok());
        let mut answer = Answer {
            status: status.ok_or_else(|| wrong(&line))?,
            pod: None,
            body: String::new(),
            closes: false,
        };
        let (mut length, mut chunked) = (None, false);
        loop {
            line.clear();
            if self.reader.read_line(&mut line)? == 0 {
                return Err(wrong("closed within the headers"));
            }
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            let value = value.trim();
            match &*name.to_ascii_lowercase() {
                pod::HEADER => answer.pod = Some(value.to_owned()),
                "content-length" => length = value.parse().ok(),
                "transfer-encoding" => chunked = value == "chunked",
                "connection" => answer.closes = value == "close",
                _ => {}
            }
        }
        if chunked {
            self.chunks(&mut answer.body)?;
        } else if let Some(length) = length {
            let mut body = vec![0; length];
            self.reader.read_exact(&mut body)?;
            answer.body = String::from_utf8_lossy(&body).into_owned();
        } else {
            self.reader.read_to_string(&mut answer.body)?;
            answer.closes = true;
        }
        Ok(answer)
    }

    fn chunks(&mut self, body: &mut String) -> io::Result<()> {
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
            let mut chunk = vec![0; length + 2];
            self.reader.read_exact(&mut chunk)?;
            body.push_str(&String::from_utf8_lossy(&chunk[..length]));
            if length == 0 {
                return Ok(());
            }
        }
    }
}

/// One request on a connection of its own.
pub(crate) fn get(address: SocketAddr, host: &str, path: &str) -> io::Result<Answer> {
    Client::connect(address, Duration::from_secs(15))?.ask(host, path)
}

/// Asks until `wanted` says so, and returns that answer. Panics with the last one after `patience`.
pub(crate) fn until<T: std::fmt::Debug>(
    what: &str,
    patience: Duration,
    mut ask: impl FnMut() -> T,
    wanted: impl Fn(&T) -> bool,
) -> T {
    let deadline = Instant::now() + patience;
    loop {
        let found = ask();
        if wanted(&found) {
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "{what}: not within {patience:?}; at last {found:?}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
