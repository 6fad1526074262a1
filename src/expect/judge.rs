//! An expectation and what was found: do they meet, and if not, where not.

use std::collections::BTreeMap;

use super::found::{Found, FoundEnd, SeenByServer};
use super::model::{Ask, End, Expected, HOST, HeaderValue};
use crate::ir::ServiceRef;
use crate::simulate::policy::Counted;
use crate::source::{Origin, Sourced};
use crate::text::credentials;

/// Headers that HAProxy makes anew for each connection. The simulator does not know them.
const OF_THE_CONNECTION: [&str; 5] = [
    "connection",
    "keep-alive",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Headers of a response that are made for each connection, or that depend on what a server says. The simulator knows them only where
/// a rule sets them.
const OF_THE_RESPONSE: [&str; 6] = [
    "connection",
    "content-length",
    "keep-alive",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Something that was expected to be otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about: `backend`, `status`, `location`, `response header Vary`.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// Where the expectation is written.
    pub origin: Origin,
}

/// All differences, that of who answers first. What the simulator cannot know is not compared. `host` is what `{host}` stands for.
pub fn judge(expected: &Expected, found: &Found, host: Option<&str>) -> Vec<Difference> {
    let mut judge = Judge {
        host,
        differences: Vec::new(),
    };
    if let Some(end) = &expected.end
        && let wanted = judge.fill_end(&end.value)
        && !meets(&wanted, found)
    {
        judge.differ(
            what(&wanted),
            show(&wanted),
            found.end.to_string(),
            end.origin,
        );
        // Details of another answer than the one that was meant say nothing.
        return judge.differences;
    }
    if let Some(to) = &expected.location {
        let wanted = judge.fill(&to.value);
        if found.location.as_deref() != Some(&*wanted) {
            judge.differ(
                "location",
                wanted,
                or_none(found.location.as_deref()),
                to.origin,
            );
        }
    }
    judge.certificate(expected.certificate.as_ref(), found);
    judge.seen(expected, found.seen.as_ref());
    for header in &expected.response {
        if response_is_unknown(header, found) {
            continue;
        }
        let name = header.name.value.to_ascii_lowercase();
        let value = found.response.get(&name).and_then(Option::as_deref);
        judge.header(RESPONSE, header, value);
    }
    if let Some(limited) = &expected.limited
        && found.seen.as_ref().is_none_or(|seen| seen.server.is_none())
    {
        let wanted = limited.value;
        let holds =
            |counted: &Counted| (counted.requests, counted.status) == (wanted.after, wanted.status);
        if !found.counted.iter().any(holds) {
            let limits = found.counted.iter();
            let limits: Vec<String> = limits
                .map(|limit| format!("{} after {}", limit.status, limit.requests))
                .collect();
            let limits = if limits.is_empty() {
                "no limit".to_owned()
            } else {
                limits.join(", ")
            };
            let wanted = format!("{} after {}", wanted.status, wanted.after);
            judge.differ("limit", wanted, limits, limited.origin);
        }
    }
    judge.differences
}

/// What of the expectations [`judge`] does not compare, because only a live HAProxy knows it; called as in [`Difference::what`].
/// `found` is what the simulator says.
pub fn unknown(expected: &Expected, ask: &Ask, found: &Found) -> Vec<String> {
    let mut unknown = Vec::new();
    if let Ask::Connection { alpn: Some(_), .. } = ask {
        unknown.push("alpn".to_owned());
    }
    if let FoundEnd::Backend { .. } = found.end {
        let parts = expected.connection.iter();
        unknown.extend(parts.map(|part| about(OF_SERVER, part)));
        let headers = expected.seen.iter();
        let headers = headers.filter(|it| is_of(&OF_THE_CONNECTION, &it.name.value));
        unknown.extend(headers.map(|header| about(SEEN, header)));
        unknown.extend(expected.servers.iter().map(|_| "servers".to_owned()));
    }
    let headers = expected.response.iter();
    let headers = headers.filter(|header| response_is_unknown(header, found));
    unknown.extend(headers.map(|header| about(RESPONSE, header)));
    unknown
}

/// Whether the simulator does not know this header of the response.
fn response_is_unknown(header: &HeaderValue, found: &Found) -> bool {
    let name = header.name.value.to_ascii_lowercase();
    !found.is_live && !found.response.contains_key(&name) && is_of(&OF_THE_RESPONSE, &name)
}

fn is_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

const RESPONSE: &str = "response header";
const SEEN: &str = "header seen by the server";
const OF_SERVER: &str = "connection to the server,";

fn about(what: &str, header: &HeaderValue) -> String {
    format!("{what} {}", header.name.value)
}

struct Judge<'h> {
    host: Option<&'h str>,
    differences: Vec<Difference>,
}

impl Judge<'_> {
    fn differ(&mut self, what: impl Into<String>, expected: String, found: String, origin: Origin) {
        self.differences.push(Difference {
            what: what.into(),
            expected,
            found,
            origin,
        });
    }

    fn fill(&self, text: &str) -> String {
        match self.host {
            Some(host) => text.replace(HOST, host),
            None => text.to_owned(),
        }
    }

    fn fill_end(&self, end: &End) -> End {
        match end {
            End::Backend(service) => End::Backend(self.fill(service)),
            other => other.clone(),
        }
    }

    fn certificate(&mut self, expected: Option<&Sourced<String>>, found: &Found) {
        let Some(expected) = expected else {
            return;
        };
        let shown = found.certificate.as_deref();
        let wanted = self.fill(&expected.value);
        if shown.is_some_and(|names| names.contains(&wanted)) {
            return;
        }
        let shown = match shown {
            None => "no handshake".to_owned(),
            Some([]) => "one that is in no Secret".to_owned(),
            Some([first, ..]) => first.clone(),
        };
        self.differ("certificate", wanted, shown, expected.origin);
    }

    fn seen(&mut self, expected: &Expected, seen: Option<&SeenByServer>) {
        let Some(seen) = seen else {
            return;
        };
        if let Some(path) = &expected.path
            && let wanted = self.fill(&path.value)
            && wanted != seen.path
        {
            self.differ(
                "path seen by the server",
                wanted,
                seen.path.clone(),
                path.origin,
            );
        }
        for header in &expected.seen {
            let name = header.name.value.to_ascii_lowercase();
            if seen.connection.is_none() && is_of(&OF_THE_CONNECTION, &name) {
                continue;
            }
            self.header(SEEN, header, seen.headers.get(&name).map(String::as_str));
        }
        let Some(connection) = &seen.connection else {
            return;
        };
        for part in &expected.connection {
            self.part(part, connection);
        }
    }

    fn part(&mut self, part: &HeaderValue, connection: &BTreeMap<String, String>) {
        let found = connection.get(&part.name.value).map(String::as_str);
        self.header(OF_SERVER, part, found);
    }

    fn header(&mut self, what: &str, header: &HeaderValue, found: Option<&str>) {
        let wanted = header.value.as_deref().map(|value| self.fill(value));
        if wanted.as_deref() != found {
            let name = &header.name.value;
            let told = |value: Option<&str>| {
                value.map_or_else(
                    || "none".to_owned(),
                    |value| credentials::told(name, value).into_owned(),
                )
            };
            self.differ(
                about(what, header),
                told(wanted.as_deref()),
                told(found),
                header.name.origin,
            );
        }
    }
}

fn or_none(text: Option<&str>) -> String {
    text.unwrap_or("none").to_owned()
}

/// Whether this is the end that was expected.
fn meets(expected: &End, found: &Found) -> bool {
    match (expected, &found.end) {
        (End::Backend(wanted), FoundEnd::Backend { service, .. }) => means(service, wanted),
        // As the manifests are, nobody would answer there.
        (
            End::Status(503) | End::Closed,
            FoundEnd::Backend {
                without_servers, ..
            },
        ) => *without_servers,
        (End::Status(wanted), FoundEnd::Status(status)) => wanted == status,
        (End::Redirect(wanted), FoundEnd::Status(status)) => match wanted {
            Some(wanted) => wanted == status,
            None => matches!(status, 301 | 302 | 303 | 307 | 308),
        },
        // Without a certificate there is no handshake, and no listener either.
        (End::HandshakeRefused, FoundEnd::HandshakeRefused | FoundEnd::NotListening)
        | (End::Closed, FoundEnd::Closed)
        | (End::Unbound, FoundEnd::NotListening) => true,
        _ => false,
    }
}

/// Whether the Service port is called so, by its number or its name.
fn means(service: &ServiceRef, wanted: &str) -> bool {
    let rest = wanted.strip_prefix(&*service.namespace);
    let rest = rest.and_then(|rest| rest.strip_prefix('/')?.strip_prefix(&*service.name));
    let Some(port) = rest.and_then(|rest| rest.strip_prefix(':')) else {
        return false;
    };
    port == service.port.to_string() || (!port.is_empty() && port == service.port_name)
}

fn what(end: &End) -> &'static str {
    match end {
        End::Backend(_) => "backend",
        End::Status(_) => "status",
        End::Redirect(_) => "redirect",
        End::HandshakeRefused => "handshake",
        End::Closed | End::Unbound => "connection",
    }
}

fn show(end: &End) -> String {
    match end {
        End::Backend(service) => service.clone(),
        End::Status(status) => format!("status {status}"),
        End::Redirect(None) => "a redirect".to_owned(),
        End::Redirect(Some(status)) => format!("a redirect by {status}"),
        End::HandshakeRefused => "handshake refused".to_owned(),
        End::Closed => "connection closed".to_owned(),
        End::Unbound => "nobody listens".to_owned(),
    }
}
