//! A request on its way through the rules, and what became of it.

use std::net::IpAddr;

use crate::ir::Field;
use crate::simulate::{Request, Scheme};

/// A request on its way: as the frontend hands it to the rules of a route, changed by each.
#[derive(Debug, Clone)]
pub(in crate::simulate) struct Flight<'r> {
    /// As it came.
    pub(super) request: &'r Request,
    /// The address that counts as the client's.
    pub(super) source: IpAddr,
    /// The host as it was looked up: lower case, without port and trailing dots.
    pub(super) host: String,
    /// The path, without the query.
    pub(super) path: String,
    /// What follows the `?`.
    pub(super) query: Option<String>,
    /// All headers but those of the connection, names in lower case, in order; `host` is one of them.
    pub(super) headers: Vec<(String, String)>,
    /// What the rules did.
    pub(super) steps: Vec<Step>,
    /// How the response is changed.
    pub(super) response: Vec<HeaderChange>,
    /// What counts the request.
    pub(super) counted: Vec<Counted>,
    /// Some rule cannot be simulated: raw lines, or chance.
    pub(super) opaque: bool,
}

/// Something that a rule did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The setting behind the rule.
    pub field: Field,
    /// What it did, in a few words: `not in the allow-list`, `/api/x becomes /x`.
    pub text: String,
}

/// An answer of HAProxy's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its `Location`, when it is a redirect.
    pub location: Option<String>,
    /// The setting behind it.
    pub field: Field,
    /// Why, in lower case and without a full stop.
    pub why: String,
}

/// A change of the response's headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderChange {
    /// The header, as it is written.
    pub name: String,
    /// Its value; `None` takes it away.
    pub value: Option<String>,
}

/// A limit that counts the request: whether it is met depends on the requests before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// How many requests pass within the period.
    pub requests: u32,
    /// The period in milliseconds.
    pub period: u32,
    /// What the next one is answered with.
    pub status: u16,
}

/// What the server gets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// The path, without the query.
    pub path: String,
    /// What follows the `?`.
    pub query: Option<String>,
    /// All headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

/// What became of a request that met a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// What the rules did, in order.
    pub steps: Vec<Step>,
    /// HAProxy's own answer; `None`: a server gets it.
    pub reply: Option<Reply>,
    /// What the server gets.
    pub seen: Seen,
    /// How the response is changed.
    pub response: Vec<HeaderChange>,
    /// What counts the request.
    pub counted: Vec<Counted>,
    /// Some rule cannot be simulated, so that a live HAProxy may do something else.
    pub opaque: bool,
}

impl<'r> Flight<'r> {
    /// The request as the frontend leaves it: what clients claim about themselves is gone, what servers are told is there.
    pub(in crate::simulate) fn new(request: &'r Request, host: &str, path: &str) -> Self {
        let mut flight = Self {
            request,
            source: request.source,
            host: host.to_owned(),
            path: path.to_owned(),
            query: request
                .target
                .split_once('?')
                .map(|(_, query)| query.to_owned()),
            headers: Vec::new(),
            steps: Vec::new(),
            response: Vec::new(),
            counted: Vec::new(),
            opaque: false,
        };
        if let Some(host) = &request.host {
            flight.headers.push(("host".to_owned(), host.clone()));
        }
        for (name, value) in &request.headers {
            let name = name.to_ascii_lowercase();
            let dropped = [
                "x-real-ip",
                "forwarded",
                "proxy",
                "x-original-url",
                "x-rewrite-url",
            ];
            // `X_Real_Ip` is the same variable as `X-Real-IP` to many servers.
            let usual = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if usual && !name.starts_with("x-forwarded-") && !dropped.contains(&name.as_str()) {
                flight.headers.push((name, value.clone()));
            }
        }
        flight.set_header("x-forwarded-for", flight.source.to_string());
        flight.set_header("x-forwarded-proto", request.scheme.name().to_owned());
        flight
    }

    /// Whether it came over TLS.
    pub(super) fn is_tls(&self) -> bool {
        self.request.scheme == Scheme::Https
    }

    /// The value of a header, of the last line where there are several; the name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Replaces all lines of a header; the name in lower case.
    pub(super) fn set_header(&mut self, name: &str, value: String) {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value));
    }

    /// Notes what a rule did.
    pub(super) fn step(&mut self, field: Field, text: impl Into<String>) {
        self.steps.push(Step {
            field,
            text: text.into(),
        });
    }

    pub(in crate::simulate) fn land(self, reply: Option<Reply>) -> Course {
        Course {
            steps: self.steps,
            reply,
            seen: Seen {
                path: self.path,
                query: self.query,
                headers: self.headers,
            },
            response: self.response,
            counted: self.counted,
            opaque: self.opaque,
        }
    }
}
