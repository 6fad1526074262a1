//! What becomes of a request or connection, in words that a simulation and a live HAProxy share.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use super::certificates::called;
use super::model::Ask;
use crate::ir::{Backend, Claim, Field, Resolver, Routing, ServiceRef, Target};
use crate::simulate::policy::{Counted, Seen, untouched};
use crate::simulate::{
    self, Answer, Connection, HostMatch, Outcome, Request, Route, Scheme, TcpConnection, TcpEnd,
    TcpVerdict, Through, Verdict,
};
use crate::source::Origin;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Who answered, or how the connection ended.
    pub end: FoundEnd,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// What the certificate of the handshake may be called. Empty for one that is in no Secret: a server's own. `None` without TLS.
    pub certificate: Option<Vec<String>>,
    /// What the server saw; `None` where no server was reached, or the simulator does not know.
    pub seen: Option<SeenByServer>,
    /// Headers of the response, names in lower case. The simulator knows those that a rule sets, or takes away (`None`).
    pub response: BTreeMap<String, Option<String>>,
    /// What counts the request. Known to the simulator only.
    pub counted: Vec<Counted>,
    /// A HAProxy said so, and not the simulator.
    pub is_live: bool,
    /// Why the simulator cannot tell, and a live HAProxy may do something else.
    pub unsure: Option<&'static str>,
    /// What decided, in lower case and without a full stop.
    pub why: String,
    /// Where that is written.
    pub place: Option<Origin>,
}

/// Who answered, or how the connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundEnd {
    /// Nobody listens.
    NotListening,
    /// TLS failed.
    HandshakeRefused,
    /// The connection was closed without a word.
    Closed,
    /// HAProxy answered by itself.
    Status(u16),
    /// A server of this backend.
    Backend {
        /// The section's name.
        section: String,
        /// The Service port.
        service: ServiceRef,
        /// No resolver knows its servers: as the manifests are, it would answer 503, or close the connection.
        without_servers: bool,
    },
}

impl FoundEnd {
    /// A server of `backend`.
    pub fn backend(backend: &Backend) -> Self {
        let mut servers = backend.servers.iter();
        Self::Backend {
            section: backend.name.to_string(),
            service: backend.service.clone(),
            without_servers: servers.all(|server| server.resolver == Resolver::Placeholder),
        }
    }
}

impl fmt::Display for FoundEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotListening => f.write_str("nobody listens"),
            Self::HandshakeRefused => f.write_str("handshake refused"),
            Self::Closed => f.write_str("connection closed"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Backend { service, .. } => write!(f, "{service}"),
        }
    }
}

/// What a server saw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenByServer {
    /// The path, without the query.
    pub path: String,
    /// Its headers, names in lower case, the lines of one name joined by `, `.
    pub headers: BTreeMap<String, String>,
    /// How the connection began: `proxy`, `sni`, `alpn`, `certificate`. `None`: the simulator does not know.
    pub connection: Option<BTreeMap<String, String>>,
    /// Which server it was. `None`: the simulator does not know.
    pub server: Option<String>,
}

impl Found {
    /// One of which nothing more is known than its end.
    pub fn new(end: FoundEnd) -> Self {
        Self {
            end,
            location: None,
            certificate: None,
            seen: None,
            response: BTreeMap::new(),
            counted: Vec::new(),
            is_live: false,
            unsure: None,
            why: String::new(),
            place: None,
        }
    }

    /// What the simulator says.
    pub fn simulated(routing: &Routing, ask: &Ask) -> Self {
        match ask {
            Ask::Request { request, .. } => {
                Self::of(routing, request, &simulate::ask(routing, request))
            }
            Ask::Connection { connection, .. } => Self::of_connection(routing, connection),
        }
    }

    fn of(routing: &Routing, request: &Request, verdict: &Verdict<'_>) -> Self {
        let (why, place) = why(routing, request, verdict);
        let end = match (&verdict.connection, verdict.backend(), verdict.status()) {
            (Connection::NotListening, ..) => FoundEnd::NotListening,
            (
                Connection::HandshakeRefused
                | Connection::ClientRefused(_)
                | Connection::Passthrough {
                    outcome: Through::Refused(_),
                    ..
                },
                ..,
            ) => FoundEnd::HandshakeRefused,
            (_, Some(backend), _) => FoundEnd::backend(backend),
            (_, None, Some(status)) => FoundEnd::Status(status),
            (_, None, None) => FoundEnd::Closed,
        };
        let mut found = Self {
            why,
            place,
            ..Self::new(end)
        };
        found.certificate = match verdict.connection {
            Connection::Tls { certificate, .. } => Some(called(routing, &certificate.pem)),
            Connection::Passthrough {
                outcome: Through::Backend(_),
                ..
            } => Some(Vec::new()),
            _ => None,
        };
        let Some(route) = verdict.route() else {
            return found;
        };
        found.location = verdict.reply().and_then(|reply| reply.location.clone());
        let course = route.course.as_ref();
        if let FoundEnd::Backend { .. } = found.end {
            let path = route.path.as_deref().unwrap_or("*");
            let seen = course.map_or_else(
                || untouched(request, &route.host, path),
                |course| course.seen.clone(),
            );
            found.seen = Some(seen_by_server(routing, request.scheme, &seen));
        }
        let Some(course) = course else {
            found.unsure = route.by_chance.then_some("chance decides");
            return found;
        };
        for change in &course.response {
            let name = change.name.to_ascii_lowercase();
            found.response.insert(name, change.value.clone());
        }
        found.counted.clone_from(&course.counted);
        found.unsure = match (route.by_chance, course.opaque) {
            (true, _) => Some("chance decides"),
            (_, true) => Some("raw lines or chance decide"),
            _ => None,
        };
        found
    }

    fn of_connection(routing: &Routing, connection: &TcpConnection) -> Self {
        let verdict = simulate::connect(routing, connection);
        let (end, why) = match verdict.end {
            TcpEnd::NotListening => (FoundEnd::NotListening, "no listener has the port"),
            TcpEnd::HandshakeRefused(why) => (FoundEnd::HandshakeRefused, why),
            TcpEnd::Closed(why) => (FoundEnd::Closed, why),
            TcpEnd::NoServers(_) => (FoundEnd::Closed, "the backend has no servers"),
            TcpEnd::Backend(backend) => (FoundEnd::backend(backend), "the port leads there"),
        };
        let rule = verdict.rule.map(|rule| rule.origin);
        let list = list_against(routing, &verdict, connection.source);
        let key = list.and_then(|(field, _)| {
            let mut settings = verdict.listener?.settings.as_deref()?.iter();
            settings.find(|setting| setting.field == field)
        });
        let key = key.map_or_else(String::new, |setting| format!(", by {}", setting.key));
        let reached = matches!(end, FoundEnd::Backend { .. });
        let ends_here = verdict.certificate.map(|pem| called(routing, pem));
        let own = || connection.tls.then(Vec::new);
        Self {
            why: format!("{why}{key}"),
            place: list
                .map(|(_, origin)| origin)
                .or(rule)
                .or_else(|| Some(verdict.listener?.origin)),
            certificate: ends_here.or_else(own).filter(|_| reached),
            ..Self::new(end)
        }
    }
}

/// The list of addresses that keeps a connection out, and where it is written.
fn list_against(
    routing: &Routing,
    verdict: &TcpVerdict<'_>,
    client: IpAddr,
) -> Option<(Field, Origin)> {
    let (TcpEnd::Closed(_), Target::Backend(name)) = (verdict.end, verdict.target()?) else {
        return None;
    };
    let section = routing.backends.get(name)?.policy.as_ref();
    let section = routing.policies.get(section?)?;
    let access = &section.policy.access;
    let denies = access.deny.as_ref().filter(|list| list.contains(client));
    let lacks = access.allow.as_ref().filter(|list| !list.contains(client));
    let field = match (denies, lacks) {
        (Some(_), _) => Field::DenyList,
        (None, Some(_)) => Field::AllowList,
        (None, None) => return None,
    };
    section.origins.get(&field).map(|origin| (field, *origin))
}

fn seen_by_server(routing: &Routing, scheme: Scheme, seen: &Seen) -> SeenByServer {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &seen.headers {
        let known = headers.entry(name.to_ascii_lowercase());
        known
            .and_modify(|line| line.extend([", ", value]))
            .or_insert_with(|| value.clone());
    }
    // The frontend tells the port that the client connected to.
    let binds = match scheme {
        Scheme::Http => &routing.listeners.http,
        Scheme::Https => &routing.listeners.https,
    };
    if let Some(bind) = binds.first() {
        let port = bind.port().to_string();
        headers.entry("x-forwarded-port".to_owned()).or_insert(port);
    }
    SeenByServer {
        path: seen.path.clone(),
        headers,
        connection: None,
        server: None,
    }
}

/// What decided, and where that is written.
fn why(routing: &Routing, request: &Request, verdict: &Verdict<'_>) -> (String, Option<Origin>) {
    match &verdict.connection {
        Connection::NotListening if routing.listeners.https.is_empty() => {
            return ("nothing listens for it".to_owned(), None);
        }
        Connection::NotListening => {
            return (
                "nothing listens, as there is no certificate".to_owned(),
                None,
            );
        }
        Connection::HandshakeRefused => {
            let name = request.sni.as_deref().unwrap_or("a client without a name");
            return (format!("no certificate is for {name}"), None);
        }
        Connection::ClientRefused(_) => {
            let place = routing.global.origins.get(&Field::ClientAuthority);
            return (
                "the client's certificate is missing, or of another authority".to_owned(),
                place.copied(),
            );
        }
        Connection::Passthrough { claim, outcome } => {
            let why = match outcome {
                Through::Refused(why) => format!("TLS is handed through, and {why}"),
                Through::Backend(_) => "TLS is handed through".to_owned(),
            };
            return (why, Some(claim.origin));
        }
        Connection::Plain | Connection::Tls { .. } => {}
    }
    match &verdict.answer {
        None => (String::new(), None),
        Some(Answer::Refused { reason, .. }) => ((*reason).to_owned(), None),
        Some(Answer::Routed(route)) => why_routed(verdict, route),
    }
}

fn why_routed(verdict: &Verdict<'_>, route: &Route<'_>) -> (String, Option<Origin>) {
    if let Some(reply) = verdict.reply() {
        let settings = route.claim.and_then(|claim| claim.settings.as_deref());
        let mut settings = settings.unwrap_or_default().iter();
        let setting = settings.find(|setting| setting.field == reply.field);
        let place = setting.map(|setting| setting.value.origin);
        let key = setting.map_or_else(String::new, |setting| format!(", by {}", setting.key));
        let place = place.or_else(|| Some(route.claim?.origin));
        return (format!("{}{key}", reply.why), place);
    }
    let place = route.claim.map(|claim| claim.origin);
    let rule = route.claim.map_or_else(String::new, describe);
    let why = match route.outcome {
        Outcome::Backend(_) => rule,
        Outcome::NoServers(_) => format!("{rule}, whose backend has no servers"),
        Outcome::Closed => format!("{rule}, which is closed, because it cannot be honoured"),
        Outcome::Misdirected => "TLS for the host is handed through".to_owned(),
        Outcome::NotFound if matches!(route.matched, HostMatch::Any) => {
            format!(
                "no rule names the host {}, and there is no default",
                route.host
            )
        }
        Outcome::NotFound => format!("no rule of {} matches the path", route.host),
    };
    (why, place)
}

fn describe(claim: &Claim) -> String {
    let next = if claim.target == Target::Next {
        " (for requests that meet a condition)"
    } else {
        ""
    };
    format!("{} of {}{next}", claim.wording, claim.ingress)
}
