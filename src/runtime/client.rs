//! One command, one connection, one answer: bounded in time and in size.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::Address;

/// How long a command may take, from the connection to the end of the answer. Replacing a map with 50,000 entries takes 20 ms.
const PATIENCE: Duration = Duration::from_secs(20);

/// The longest answer, in bytes. A map with 100,000 entries is told in 10 MB.
const LONGEST_ANSWER: usize = 64 << 20;

/// The longest answer to any other question than what a map, a list, the servers or the certificates are.
const LONGEST_REMARK: usize = 1 << 20;

/// What HAProxy answers about certificates while somebody else holds them. It has not done anything then.
const LOCKED: &str = "currently locked";

/// How long is waited before it is asked again.
const PAUSE: Duration = Duration::from_millis(100);

/// The longest command, in bytes. HAProxy reads it into one buffer (`tune.bufsize`, 16,384 by default) that it does not have to
/// itself. Beyond, 2.6 answers nothing, 3.0 refuses, and 3.4 executes what fits and calls it a success.
const LONGEST_COMMAND: usize = 16_300;

/// Speaks to one Runtime API.
#[derive(Debug, Clone)]
pub struct Client {
    address: Address,
    patience: Duration,
}

/// The process that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// `3.2.26-1`.
    pub version: String,
    /// Its number, by which a reload in the meantime shows.
    pub pid: u32,
}

impl Process {
    /// The branch of the version: `3.2`.
    pub fn branch(&self) -> &str {
        let end = self.version.match_indices('.').nth(1);
        end.map_or(&*self.version, |(at, _)| &self.version[..at])
    }
}

/// Why there is no answer. Displayed in one line, without what was sent behind the command: it may be a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketError {
    /// The line of the command; none while there is no connection yet.
    pub command: Option<String>,
    /// What went wrong.
    pub why: String,
}

impl fmt::Display for SocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.command {
            None => f.write_str(&self.why),
            Some(command) => write!(f, "`{command}`: {}", self.why),
        }
    }
}

impl std::error::Error for SocketError {}

impl Client {
    /// A client of the API at `address`. Connects when asked something.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            patience: PATIENCE,
        }
    }

    /// The same with less patience.
    #[cfg(test)]
    pub(super) fn hasty(address: Address, patience: Duration) -> Self {
        Self { address, patience }
    }

    /// Where it speaks to.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The answer to a command of one line, without the empty lines around it.
    pub fn ask(&self, line: &str) -> Result<String, SocketError> {
        self.send(line, &format!("{line}\n"))
    }

    /// Sends `wire`, of which `line` may be shown, and returns the answer without the empty lines around it.
    pub(super) fn send(&self, line: &str, wire: &str) -> Result<String, SocketError> {
        if wire.len() > LONGEST_COMMAND {
            return Err(failed(
                line,
                format!(
                    "not sent: it has {} bytes, and HAProxy takes no more than {LONGEST_COMMAND}",
                    wire.len()
                ),
            ));
        }
        let deadline = now() + self.patience;
        loop {
            let answer = self.once(line, wire, deadline)?;
            if !answer.contains(LOCKED) || now() + PAUSE >= deadline {
                return Ok(answer);
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn once(&self, line: &str, wire: &str, deadline: Instant) -> Result<String, SocketError> {
        let mut stream = self.connect()?;
        let longest = match line.strip_prefix("show ") {
            Some(what) if !what.starts_with("info") && !what.starts_with("cli") => LONGEST_ANSWER,
            _ => LONGEST_REMARK,
        };
        let answer =
            exchange(&mut *stream, wire, deadline, longest).map_err(|why| failed(line, why))?;
        if answer.is_empty() {
            // Silence is an empty line. This is what 2.6 does with a command that it cannot hold.
            return Err(failed(line, "the connection was closed without an answer"));
        }
        let text = String::from_utf8(answer).map_err(|_| failed(line, "the answer is no text"))?;
        Ok(text.trim_matches(['\n', '\r', ' ']).to_owned())
    }

    /// Which process answers; an error when it is no HAProxy.
    pub fn process(&self) -> Result<Process, SocketError> {
        const SHOW: &str = "show info";
        let answer = self.ask(SHOW)?;
        let field = |name: &str| {
            let mut lines = answer.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
        };
        let known = field("Name").is_some_and(|name| name == "HAProxy");
        let version = field("Version").filter(|_| known);
        let pid = field("Pid").and_then(|pid| pid.parse().ok());
        match (version, pid) {
            (Some(version), Some(pid)) => Ok(Process {
                version: shortened(version),
                pid,
            }),
            _ => Err(failed(
                SHOW,
                format!("this is no answer of HAProxy's: {}", shortened(&answer)),
            )),
        }
    }

    /// The level of the socket: `admin`, or one that may not do everything.
    pub fn level(&self) -> Result<String, SocketError> {
        self.ask("show cli level")
    }

    fn connect(&self) -> Result<Box<dyn Stream>, SocketError> {
        let connected: io::Result<Box<dyn Stream>> = match &self.address {
            Address::Path(path) => UnixStream::connect(path).map(|stream| Box::new(stream) as _),
            Address::Port(port) => self.dial(port).map(|stream| Box::new(stream) as _),
        };
        connected.map_err(|error| SocketError {
            command: None,
            why: format!("cannot connect to {}: {error}", self.address),
        })
    }

    fn dial(&self, port: &str) -> io::Result<TcpStream> {
        let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
        for address in port.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, self.patience) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

fn failed(line: &str, why: impl Into<String>) -> SocketError {
    SocketError {
        command: Some(line.to_owned()),
        why: why.into(),
    }
}

/// The first line of a text, and no more of it than fits a line.
pub(super) fn shortened(answer: &str) -> String {
    const MOST: usize = 120;
    let line = answer.trim().lines().next().unwrap_or_default();
    if line.is_empty() {
        return "(an empty line)".to_owned();
    }
    match line.char_indices().nth(MOST) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}…", &line[..end]),
    }
}

/// A connection of either sort.
trait Stream: Read + Write {
    fn patience(&self, left: Duration) -> io::Result<()>;
}

impl Stream for UnixStream {
    fn patience(&self, left: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(left))?;
        self.set_write_timeout(Some(left))
    }
}

impl Stream for TcpStream {
    fn patience(&self, left: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(left))?;
        self.set_write_timeout(Some(left))
    }
}

/// Sends, and reads until the other side closes, as HAProxy does after one command.
fn exchange(
    stream: &mut dyn Stream,
    wire: &str,
    deadline: Instant,
    longest: usize,
) -> Result<Vec<u8>, String> {
    let say = |error: io::Error| match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => "no answer in time".to_owned(),
        _ => error.to_string(),
    };
    wait(stream, deadline)?;
    stream.write_all(wire.as_bytes()).map_err(say)?;
    let mut answer = Vec::new();
    let mut piece = [0; 16_384];
    loop {
        wait(stream, deadline)?;
        match stream.read(&mut piece) {
            Ok(0) => return Ok(answer),
            Ok(length) => answer.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Whoever closes with unread input resets; what was answered before that holds.
            Err(error) if error.kind() == ErrorKind::ConnectionReset && !answer.is_empty() => {
                return Ok(answer);
            }
            Err(error) => return Err(say(error)),
        }
        if answer.len() > longest {
            return Err(format!("the answer is longer than {longest} bytes"));
        }
    }
}

/// Lets the next step take what is left of the time.
fn wait(stream: &dyn Stream, deadline: Instant) -> Result<(), String> {
    let left = deadline.saturating_duration_since(now());
    if left.is_zero() {
        return Err("no answer in time".to_owned());
    }
    stream.patience(left).map_err(|error| error.to_string())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a socket is waited for no longer than a while"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Fake;
    use super::*;

    fn hasty(fake: &Fake) -> Client {
        Client::hasty(Address::Path(fake.path()), Duration::from_millis(300))
    }

    #[test]
    fn the_answer_is_what_stands_between_empty_lines() {
        let fake = Fake::new(|heard| format!("\nheard {heard}\n twice\n\n").into_bytes());
        let client = hasty(&fake);
        let answer = client.ask("show map m").expect("it answers");
        assert_eq!(answer, "heard show map m\n twice");
    }

    #[test]
    fn an_answer_without_end_is_given_up() {
        // One that never stops, and one that says a word now and then.
        let flood = Fake::with(|stream, _| while stream.write_all(&[b'x'; 8_192]).is_ok() {});
        let error = Client::new(Address::Path(flood.path())).ask("show info");
        let said = error.expect_err("too long").to_string();
        assert_eq!(said, "`show info`: the answer is longer than 1048576 bytes");
        let drip = Fake::with(|stream, _| {
            while stream.write_all(b"x").is_ok() {
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        let error = hasty(&drip).ask("show info").expect_err("too slow");
        assert_eq!(error.to_string(), "`show info`: no answer in time");
    }

    #[test]
    fn garbage_and_silence_are_errors() {
        for (answer, why) in [
            (&b""[..], "the connection was closed without an answer"),
            (&[0xff, 0xfe, b'\n'][..], "the answer is no text"),
            (
                &b"220 mail.example.com ESMTP\n"[..],
                "this is no answer of HAProxy's: 220 mail.example.com ESMTP",
            ),
            (
                &b"\n"[..],
                "this is no answer of HAProxy's: (an empty line)",
            ),
            (
                &b"Name: HAProxy\nVersion: 3.0\nPid: many\n"[..],
                "this is no answer of HAProxy's: Name: HAProxy",
            ),
        ] {
            let fake = Fake::new(move |_| answer.to_vec());
            let error = hasty(&fake).process().expect_err(why);
            assert_eq!(error.to_string(), format!("`show info`: {why}"));
        }
        let nowhere = Client::new(Address::Path("/nowhere/admin.sock".into()));
        let error = nowhere.process().expect_err("nobody is there").to_string();
        assert!(
            error.starts_with("cannot connect to /nowhere/admin.sock: "),
            "{error}"
        );
    }

    #[test]
    fn the_process_is_known_by_version_and_number() {
        let fake =
            Fake::new(|_| b"Name: HAProxy\nVersion: 3.2.26-1\nPid: 4711\nUptime: 0d\n\n".to_vec());
        let process = hasty(&fake).process().expect("it is one");
        assert_eq!((process.branch(), process.pid), ("3.2", 4711));
    }

    #[test]
    fn certificates_that_are_locked_are_asked_for_again() {
        let mut times = 0;
        let fake = Fake::new(move |_| {
            times += 1;
            let locked =
                "Can't display the certificate: Operations on certificates are currently locked!\n";
            let answer = if times < 3 { locked } else { "Status: Used\n" };
            answer.as_bytes().to_vec()
        });
        let client = Client::new(Address::Path(fake.path()));
        let answer = client.ask("show ssl cert a").expect("an answer");
        assert_eq!((answer.as_str(), fake.heard().len()), ("Status: Used", 3));
        let locked = Fake::new(|_| b"Operations on certificates are currently locked!\n".to_vec());
        let answer = hasty(&locked).ask("show ssl cert a").expect("an answer");
        assert!(answer.contains(LOCKED), "{answer}");
    }

    #[test]
    fn a_long_version_is_shown_cut() {
        let fake = Fake::new(|_| {
            format!("Name: HAProxy\nVersion: {}\nPid: 1\n", "9".repeat(900_000)).into_bytes()
        });
        let process = hasty(&fake).process().expect("it is one");
        assert!(process.version.len() < 200, "{}", process.version.len());
    }

    #[test]
    fn a_command_that_haproxy_would_cut_is_not_sent() {
        let fake = Fake::new(|_| b"\n".to_vec());
        let wire = format!("set ssl cert c <<\n{}\n\n", "k".repeat(16_384));
        let error = hasty(&fake).send("set ssl cert c", &wire);
        let said = error.expect_err("too long").to_string();
        assert!(
            said.starts_with("`set ssl cert c`: not sent: it has 16404 bytes"),
            "{said}"
        );
        assert!(fake.heard().is_empty());
    }
}
