//! The way of one request or connection told: all that it meets in order, each with its place.
//!
//! In: the model, a verdict of `simulate`, and the bundle where there is one. Out: a [`Trace`], which is written for people, as JSON and
//! as Markdown; why an object did not get the request; and the table of all routes. All three forms are made of the same entries, so
//! that none knows more than the others.

mod backend;
mod config;
mod connection;
mod entry;
mod human;
mod json;
mod markdown;
mod mistakes;
mod request;
mod rules;
mod table;
mod tcp;
mod why_not;
pub(crate) mod words;

pub use entry::{Entry, Mark, Place};
pub use human::human;
pub use json::json;
pub use markdown::markdown;
pub use request::request;
pub use table::Table;
pub use tcp::connection;
pub use why_not::{Doubt, Subject, why_not};

use std::collections::BTreeMap;

use crate::emit::Bundle;
use crate::finding::Finding;
use crate::ir::{Backend, HaproxyVersion, Routing};
use crate::simulate::policy::{HeaderChange, Seen};
use crate::simulate::{Request, TcpConnection};
use crate::source::Sources;

/// What a trace is made from.
#[derive(Debug, Clone, Copy)]
pub struct View<'r> {
    /// The model.
    pub routing: &'r Routing,
    /// The files that it was made from.
    pub sources: &'r Sources,
    /// What would be written; `None` where that is not possible. Lines of files, and what they alone say, are left out then.
    pub bundle: Option<&'r Bundle>,
    /// What was found in the files: a route that is closed has its reason there.
    pub findings: &'r [Finding],
    /// The day for which certificates are judged, in Unix seconds; `None`: nobody asks how old they are.
    pub now: Option<i64>,
    /// The version that the bundle is written for.
    pub haproxy: HaproxyVersion,
}

/// The HTTP that a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Http {
    /// 1.0: a request may have no Host header.
    Http10,
    /// 1.1.
    #[default]
    Http11,
    /// 2: over TLS it has to be agreed on in the handshake.
    Http2,
}

impl Http {
    /// `HTTP/1.1`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        }
    }
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A request, and the HTTP that its client speaks.
    Request(Box<Request>, Http),
    /// A connection to a port of a TCP service.
    Connection(TcpConnection),
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A server of the backend.
    Server,
    /// HAProxy itself.
    Haproxy,
    /// Nobody: the connection is refused or closed, or the handshake fails.
    Nobody,
}

/// The end of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who answers.
    pub by: By,
    /// The status that the client sees, where HAProxy answers.
    pub status: Option<u16>,
    /// The `Location` of a redirect.
    pub location: Option<String>,
    /// Why it is not a server: lower case, without a full stop.
    pub reason: Option<String>,
    /// Chance or raw lines may decide otherwise in a live HAProxy.
    pub uncertain: bool,
}

/// A certificate that is shown to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// `namespace/name` of its Secret, or the file.
    pub secret: String,
    /// The name for which it is offered; `None`: it is the default.
    pub name: Option<String>,
    /// The last day on which it is valid, such as `2027-05-01`, where it was asked for.
    pub valid_until: Option<String>,
}

/// How long servers are waited for, as `haproxy.cfg` has it. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times {
    /// `connect`, `queue`, `server` and `tunnel`, as far as they are set.
    pub timeouts: BTreeMap<&'static str, u64>,
    /// From one check to the next.
    pub check: Option<u64>,
    /// After how many checks that fail in a row a server is down.
    pub fall: Option<u64>,
}

/// The way of one request or connection.
#[derive(Debug, Clone)]
pub struct Trace<'r> {
    /// What was asked.
    pub asked: Asked,
    /// All that it meets, in order.
    pub entries: Vec<Entry>,
    /// How it ends.
    pub answer: Answer,
    /// The backend that the route leads to, whether a server of it answers or not.
    pub backend: Option<&'r Backend>,
    /// How long its servers are waited for; `None` where no server is asked, or there is no bundle.
    pub times: Option<Times>,
    /// What TLS is answered with.
    pub certificate: Option<Shown>,
    /// What the server gets; `None` where none gets the request.
    pub seen: Option<Seen>,
    /// How the headers of the response are changed.
    pub response: Vec<HeaderChange>,
}
