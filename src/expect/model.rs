//! What a file of expectations says, checked: pure data.

use crate::simulate::{Request, TcpConnection};
use crate::source::{Origin, Sourced};

/// A file of expectations.
#[derive(Debug, Clone, Default)]
pub struct Expectations {
    /// Files, folders and globs with manifests, relative to the file; `None` where it does not say.
    pub inputs: Option<Vec<Sourced<String>>>,
    /// The configuration to use, relative to the file; `None` searches for one.
    pub config: Option<Sourced<String>>,
    /// The tests, in the order of the file.
    pub tests: Vec<Test>,
}

/// A request or connection, and what must become of it.
#[derive(Debug, Clone)]
pub struct Test {
    /// What its author calls it.
    pub name: Option<String>,
    /// The row in the file.
    pub origin: Origin,
    /// What is asked.
    pub ask: Ask,
    /// It is asked for each of these; the request has `{host}` in their place.
    pub each: Option<Each>,
    /// How often a live HAProxy is asked.
    pub repeat: u32,
    /// Only a live HAProxy can tell: chance decides, or raw lines do.
    pub only_live: bool,
    /// What must become of it.
    pub expected: Expected,
}

/// What is asked.
#[derive(Debug, Clone)]
pub enum Ask {
    /// A request.
    Request {
        /// As it stands on the wire.
        request: Request,
        /// The version of HTTP/1 that it is sent with: `1.0` or `1.1`.
        version: String,
    },
    /// A connection to a port of a TCP service.
    Connection {
        /// How it begins.
        connection: TcpConnection,
        /// The protocol that is asked for in its handshake (RFC 7301), and has to be agreed on. A live HAProxy is asked.
        alpn: Option<String>,
    },
}

/// What a test is repeated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// Every host that some rule names. A wildcard is asked for as one name that it covers.
    Host,
}

/// What stands for the host in a test for each host, in what is asked and in what is expected.
pub(super) const HOST: &str = "{host}";

/// What must become of a request or connection. Whatever is not said may be anything.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Who answers; `None` where only details are expected.
    pub end: Option<Sourced<End>>,
    /// Where a redirect leads. `{host}` stands for the host of `for-each`.
    pub location: Option<Sourced<String>>,
    /// The Secret whose certificate is shown, `namespace/name`, or its file in the bundle where several clusters have one of that name.
    pub certificate: Option<Sourced<String>>,
    /// The path that the server sees, without the query.
    pub path: Option<Sourced<String>>,
    /// Headers that the server sees, `host` among them.
    pub seen: Vec<HeaderValue>,
    /// Headers of the response.
    pub response: Vec<HeaderValue>,
    /// How the connection to the server begins: `proxy`, `sni`, `alpn`, `certificate`. A live HAProxy is asked.
    pub connection: Vec<HeaderValue>,
    /// How many requests pass until one is refused.
    pub limited: Option<Sourced<Limited>>,
    /// How many servers answer over the repetitions. A live HAProxy is asked.
    pub servers: Option<Sourced<u32>>,
}

/// Who answers, or how the connection ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// A server of `namespace/service:port`, the port by its number or name.
    Backend(String),
    /// HAProxy, with this status.
    Status(u16),
    /// HAProxy, with a redirect; its status may be any of theirs when it is not said.
    Redirect(Option<u16>),
    /// The TLS handshake is refused.
    HandshakeRefused,
    /// HAProxy closes the connection without a word.
    Closed,
    /// Nobody listens.
    Unbound,
}

/// A header and its value; the lines of one name are joined by `, `.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderValue {
    /// The name as it is written, and where.
    pub name: Sourced<String>,
    /// `None`: it must not be there.
    pub value: Option<String>,
}

/// A rate limit as a client meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// So many requests pass.
    pub after: u32,
    /// What the next one is answered with.
    pub status: u16,
}
