//! A Redis as a pod runs it, and clients that speak its protocol (RESP, <https://redis.io/docs/latest/develop/reference/protocol-spec/>).

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::edge::kill;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether there is a server to start.
pub(crate) fn is_here() -> bool {
    let mut command = Command::new("redis-server");
    let status = command.arg("--version").stdout(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// A running server, which keeps nothing on disk. Dropping it ends it.
pub(crate) struct Redis {
    child: Child,
    _folder: TempDir,
}

impl Redis {
    /// Starts one on `address` and waits until it answers.
    pub(crate) fn start(address: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let child = Command::new("redis-server")
            .args(["--bind", &address.ip().to_string()])
            .args(["--port", &address.port().to_string()])
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            // It takes only 127.0.0.1 for loopback.
            .args(["--protected-mode", "no"])
            .args(["--maxclients", "1000", "--loglevel", "warning"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("it ran before");
        let mut server = Self {
            child,
            _folder: folder,
        };
        let deadline = Instant::now() + PATIENCE;
        while Client::connect(address)
            .and_then(|mut client| client.ask(&["PING"]))
            .is_err()
        {
            let exited = server.child.try_wait().ok().flatten();
            assert!(
                exited.is_none() && Instant::now() < deadline,
                "redis-server does not answer on {address}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }
}

impl Redis {
    /// Stops the process where it is, as a host does that hangs.
    pub(crate) fn freeze(&self) {
        kill("STOP", &self.child.id().to_string());
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        kill("CONT", &self.child.id().to_string());
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection, through HAProxy or not.
pub(crate) struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    /// Connects.
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let reader = BufReader::new(stream);
        Ok(Self { reader })
    }

    /// Sends a command, and returns its answer as text: that of a number in digits, `(nil)` for none. An error of the server is
    /// an error.
    pub(crate) fn ask(&mut self, words: &[&str]) -> io::Result<String> {
        let words: Vec<String> = words
            .iter()
            .map(|word| format!("${}\r\n{word}\r\n", word.len()))
            .collect();
        let request = format!("*{}\r\n{}", words.len(), words.concat());
        self.reader.get_mut().write_all(request.as_bytes())?;
        let wrong = |line: &str| io::Error::new(io::ErrorKind::InvalidData, line.to_owned());
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end();
        match line.split_at_checked(1) {
            Some(("+" | ":", text)) => Ok(text.to_owned()),
            Some(("$", "-1")) => Ok("(nil)".to_owned()),
            Some(("$", length)) => {
                let length: usize = length.parse().map_err(|_| wrong(line))?;
                let mut bytes = vec![0; length + 2];
                self.reader.read_exact(&mut bytes)?;
                bytes.truncate(length);
                String::from_utf8(bytes).map_err(|_| wrong("no text"))
            }
            _ => Err(wrong(line)),
        }
    }

    /// Waits until something comes without a question, and says how many bytes; 0: the connection is closed. An error is that
    /// nothing came in time, or that it was reset.
    pub(crate) fn wait(&mut self) -> io::Result<usize> {
        self.reader.fill_buf().map(<[u8]>::len)
    }
}
