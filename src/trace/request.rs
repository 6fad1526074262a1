//! One request told: the connection, the host, the path with those that lost, the rules, the backend and its servers, the lines.
//!
//! In: what was asked and its verdict. Out: a [`Trace`]. Nothing is decided here.

use super::config::{self, Config};
use super::{
    Answer, Asked, By, Entry, Http, Mark, Trace, View, backend, connection, mistakes, rules,
};
use crate::emit::{certificate_path, path_key};
use crate::ir::{
    Backend, Claim, Field, Host, HostId, PathMatch, PathRule, Pem, Policy, Routing, Target,
};
use crate::simulate::{
    self, ClientCertificate, Connection, HostMatch, Loss, Outcome, Request, Route, Scheme, Through,
    Verdict,
};
use crate::source::Sources;
use crate::text::credentials;

/// Tells the way of `request`, which came to `verdict`.
pub fn request<'r>(
    view: &View<'r>,
    (request, http): (&Request, Http),
    verdict: &Verdict<'r>,
) -> Trace<'r> {
    let mut trace = Trace {
        asked: Asked::Request(Box::new(request.clone()), http),
        entries: Vec::new(),
        answer: answer(view.routing, request, verdict),
        backend: None,
        times: None,
        certificate: None,
        seen: None,
        response: Vec::new(),
    };
    connection::asked(&mut trace);
    if !matches!(verdict.connection, Connection::NotListening) {
        connection::listener(&mut trace, view, request);
    }
    match verdict.connection {
        Connection::Passthrough { claim, outcome } => through(&mut trace, view, claim, outcome),
        Connection::Tls { certificate, .. } => {
            connection::tls(&mut trace, view, (request, http), certificate);
        }
        Connection::NotListening
        | Connection::Plain
        | Connection::HandshakeRefused
        | Connection::ClientRefused(_) => {}
    }
    if let Some(route) = verdict.route() {
        routed(&mut trace, view, request, route);
    }
    if trace.answer.by != By::Server {
        let mut entry = Entry::new("answer", told(&trace.answer));
        let route = verdict.route();
        let closed = route.filter(|route| matches!(route.outcome, Outcome::Closed));
        if let Some(claim) = closed.and_then(|route| route.claim) {
            let mistakes = mistakes::mistakes(view, claim).into_iter().take(2);
            entry.details.extend(
                mistakes.map(|finding| Entry::new("answer", mistakes::told(view, finding))),
            );
        }
        trace.entries.push(entry);
    }
    if let Some((status, page)) = verdict.page() {
        let seen = page.value.status();
        let text = format!("{seen}: the error file for {status}");
        trace
            .entries
            .push(Entry::new("page", text).at(view.sources, page.origin));
    }
    lines(&mut trace, view, request, verdict);
    trace
}

/// `403: 192.0.2.9 is not on the allow-list`.
fn told(answer: &Answer) -> String {
    let reason = answer.reason.as_deref().unwrap_or_default();
    let to = answer.location.as_ref();
    let to = to.map_or_else(String::new, |to| format!(" to {to}"));
    match answer.status {
        Some(status) => format!("{status}{to}: {reason}"),
        None => reason.to_owned(),
    }
}

/// Who answers, and why it is not a server.
fn answer(routing: &Routing, request: &Request, verdict: &Verdict<'_>) -> Answer {
    let uncertain = verdict.route().is_some_and(|route| {
        let opaque = route.course.as_ref().is_some_and(|course| course.opaque);
        route.by_chance || opaque
    });
    let nobody = |reason: String| Answer {
        by: By::Nobody,
        status: None,
        location: None,
        reason: Some(reason),
        uncertain,
    };
    let haproxy = |status: u16, reason: String| Answer {
        by: By::Haproxy,
        status: Some(status),
        ..nobody(reason)
    };
    let server = Answer {
        by: By::Server,
        reason: None,
        ..nobody(String::new())
    };
    match verdict.connection {
        Connection::NotListening => {
            if let (Some(port), Some(other)) =
                (request.port, simulate::other_scheme(routing, request))
            {
                let (asked, spoken) = (request.scheme.name(), other.name());
                return nobody(format!(
                    "no connection: {port} is the port of {spoken}, and the URL says {asked}"
                ));
            }
            return nobody(format!("connection refused: {}", silence(routing, request)));
        }
        Connection::HandshakeRefused => {
            let name = request.sni.as_deref().unwrap_or("a client without SNI");
            return nobody(format!(
                "TLS handshake refused: no certificate for {name}, and no default"
            ));
        }
        Connection::ClientRefused(shown) => {
            let why = match shown {
                ClientCertificate::Absent => "clients have to show a certificate",
                ClientCertificate::Trusted | ClientCertificate::Foreign => {
                    "the client's certificate is not of the authority"
                }
            };
            return nobody(format!("TLS handshake refused: {why}"));
        }
        Connection::Passthrough { outcome, .. } => {
            return match outcome {
                Through::Refused(why) => nobody(format!("connection closed: {why}")),
                Through::Backend(_) => server,
            };
        }
        Connection::Plain | Connection::Tls { .. } => {}
    }
    match &verdict.answer {
        None => server,
        Some(simulate::Answer::Refused { status, reason }) => {
            haproxy(*status, (*reason).to_owned())
        }
        Some(simulate::Answer::Routed(route)) => {
            if let Some(reply) = verdict.reply() {
                return Answer {
                    location: reply.location.clone(),
                    ..haproxy(reply.status, reply.why.clone())
                };
            }
            match (route.outcome.status(), unserved(route.outcome)) {
                (Some(status), Some(why)) => haproxy(status, why.to_owned()),
                _ => server,
            }
        }
    }
}

/// Why nobody serves a request that has a route.
fn unserved(outcome: Outcome<'_>) -> Option<&'static str> {
    match outcome {
        Outcome::Backend(_) => None,
        Outcome::NotFound => Some("no rule and no default backend"),
        Outcome::Closed => Some("closed, because what the manifest asks for cannot be honoured"),
        Outcome::NoServers(backend) if backend.servers.is_empty() => {
            Some("the backend has no servers")
        }
        Outcome::NoServers(_) => Some("all servers have weight 0"),
        Outcome::Misdirected => {
            Some("TLS for the host is handed through, and this did not come that way")
        }
    }
}

/// Why nothing listens for the request's scheme.
fn silence(routing: &Routing, request: &Request) -> &'static str {
    let is_tcp_only = !routing.tcp.is_empty()
        && routing.listeners.http.is_empty()
        && routing.listeners.https.is_empty()
        && !routing.is_routed();
    match request.scheme {
        Scheme::Http if is_tcp_only => "nothing listens for http, as there is no route",
        Scheme::Https if is_tcp_only => "nothing listens for https, as there is no route",
        Scheme::Http => "nothing listens for http, as `listen.http` is empty",
        Scheme::Https if routing.listeners.https.is_empty() => {
            "nothing listens for https, as `listen.https` is empty"
        }
        Scheme::Https => "nothing listens for https, as there is no certificate",
    }
}

/// TLS that nobody reads here.
fn through<'r>(trace: &mut Trace<'r>, view: &View<'r>, claim: &'r Claim, outcome: Through<'r>) {
    let text = format!("handed through: {} of {}", claim.wording, claim.ingress);
    trace
        .entries
        .push(Entry::new("tls", text).at(view.sources, claim.origin));
    rules::settings(trace, view.sources, claim.settings.as_deref());
    if let Through::Backend(backend) = outcome {
        backend::entries(trace, view, backend);
    }
}

fn routed<'r>(trace: &mut Trace<'r>, view: &View<'r>, request: &Request, route: &Route<'r>) {
    trace.entries.push(host(view.sources, view.routing, route));
    trace.entries.extend(paths(view.sources, route));
    if let Some(alternative) = route.alternative {
        let condition = &alternative.condition;
        let entry = Entry::new("condition", credentials::line(&condition.value.to_string()));
        trace.entries.push(
            entry
                .at(view.sources, condition.origin)
                .verdict(Mark::Chosen, "met"),
        );
    }
    if route.by_chance {
        let text = "decides about a condition, so HAProxy may answer otherwise";
        trace.entries.push(Entry::new("chance", text));
    }
    if let (None, Some(claim)) = (route.chosen, route.claim) {
        let text = format!("{} of {}", claim.wording, claim.ingress);
        trace
            .entries
            .push(Entry::new("default", text).at(view.sources, claim.origin));
    }
    if !view.routing.global.snippets.frontend.is_empty() {
        let origin = view.routing.global.origins.get(&Field::FrontendSnippet);
        let mut entry = Entry::new(
            "rules",
            "raw lines of the ConfigMap, which are not simulated",
        )
        .maybe_at(view.sources, origin);
        let lines = view.routing.global.snippets.frontend.iter();
        entry
            .details
            .extend(lines.map(|line| Entry::new("rules", credentials::line(&line.to_string()))));
        trace.entries.push(entry);
    }
    let policy = policy_of(view.routing, route);
    let settings = route.claim.and_then(|claim| claim.settings.as_deref());
    let course = route.course.as_ref();
    rules::entries(trace, view, policy, settings.unwrap_or_default(), course);
    let reply = course.and_then(|course| course.reply.as_ref());
    match (route.outcome, reply) {
        (Outcome::Backend(backend), None) => {
            let seen = match course {
                Some(course) => course.seen.clone(),
                None => simulate::untouched(request, route),
            };
            rules::sent(trace, view, request, seen);
            backend::entries(trace, view, backend);
        }
        (Outcome::Backend(backend) | Outcome::NoServers(backend), _) => {
            trace.backend = Some(backend);
            let entry = Entry::new("backend", backend.service.to_string());
            trace.entries.push(entry.at(view.sources, backend.origin));
        }
        (Outcome::Closed | Outcome::Misdirected | Outcome::NotFound, _) => {}
    }
    if let Some(course) = course {
        rules::received(trace, &course.response);
    }
}

/// What annotations decide for the route.
fn policy_of<'r>(routing: &'r Routing, route: &Route<'r>) -> Option<&'r Policy> {
    let name = match (route.outcome, route.claim.map(|claim| &claim.target)) {
        (Outcome::Backend(backend) | Outcome::NoServers(backend), _) => backend.policy.as_ref(),
        (_, Some(Target::Misdirected(policy))) => policy.as_ref(),
        _ => None,
    };
    Some(&routing.policies.get(name?)?.policy)
}

fn host(sources: &Sources, routing: &Routing, route: &Route<'_>) -> Entry {
    let name = if route.host.is_empty() {
        "(none)"
    } else {
        &route.host
    };
    let entry = Entry::new("host", name);
    let placed = |entry: Entry, host: &Host| match host.rules.first() {
        Some(rule) => entry.at(sources, rule.claim.origin),
        None => entry,
    };
    match route.matched {
        HostMatch::Exact(_) => match route.beats {
            Some(wildcard) => placed(
                entry
                    .cell("exact")
                    .cell(format!("beats {}", wildcard.pattern)),
                wildcard,
            ),
            None => entry.cell("exact"),
        },
        HostMatch::Wildcard(host) => placed(entry.cell(host.pattern.to_string()), host),
        HostMatch::Any if routing.any_host.is_empty() => entry.cell("no rule names it"),
        HostMatch::Any => entry.cell("rules without a host"),
    }
}

/// An entry a rule that matches: path, type, place, verdict.
fn paths(sources: &Sources, route: &Route<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    if let Some(rule) = route.chosen {
        let why = match rule.path.kind() {
            PathMatch::Exact => "exact path",
            _ if route.lost.is_empty() => "the only match",
            PathMatch::Prefix => "longest prefix by element",
            PathMatch::Begins => "longest prefix as text",
        };
        let verdict = (Mark::Chosen, format!("chosen: {why}"));
        of_rule(&mut entries, sources, rule, verdict);
    }
    for (rule, loss) in &route.lost {
        let why = match loss {
            Loss::Shorter => "shorter",
            Loss::LessSpecific => "less specific",
            Loss::Unmet => "for requests that meet a condition",
        };
        of_rule(&mut entries, sources, rule, (Mark::Lost, why.to_owned()));
    }
    if entries.is_empty() {
        let path = route.path.as_deref().unwrap_or("(none)");
        entries.push(Entry::new("path", path).cell("no rule of this host matches"));
    }
    entries
}

fn of_rule(
    entries: &mut Vec<Entry>,
    sources: &Sources,
    rule: &PathRule,
    (mark, why): (Mark, String),
) {
    let row = |claim: &Claim, mark: Mark, why: String| {
        Entry::new("path", rule.path.to_string())
            .cell(kind(rule.path.kind()))
            .at(sources, claim.origin)
            .verdict(mark, why)
    };
    entries.push(row(&rule.claim, mark, why));
    for (claim, reason) in &rule.losers {
        let why = format!("{}: {reason}", claim.ingress);
        entries.push(row(claim, Mark::Lost, why));
    }
}

pub(super) fn kind(kind: PathMatch) -> &'static str {
    match kind {
        PathMatch::Exact => "Exact",
        PathMatch::Prefix => "Prefix",
        PathMatch::Begins => "begins",
    }
}

/// The lines that decide: of the maps, of the frontend, and the sections.
fn lines(trace: &mut Trace<'_>, view: &View<'_>, request: &Request, verdict: &Verdict<'_>) {
    let Some(config) = view.bundle.and_then(Config::of) else {
        return;
    };
    trace.entries.push(config::heading(view));
    let mut add = |place: String, what: String| {
        trace.entries.push(Entry::new("config", place).cell(what));
    };
    if let Connection::Tls { certificate, .. } = verdict.connection {
        let name = connection::matched(certificate, request.sni.as_deref());
        let name = name.map(ToString::to_string);
        let files = &view.routing.certificates.files;
        let stem = files
            .iter()
            .find(|(_, file)| std::ptr::eq(*file, certificate));
        let file = stem.map(|(stem, file)| match &file.pem {
            Pem::File(path) => path.clone(),
            Pem::Inline(_) => certificate_path(stem),
        });
        let line = file.and_then(|file| config.certificate(&file, name.as_deref()));
        if let Some(line) = line {
            add(format!("crt-list.txt:{line}"), "certificate".to_owned());
        }
    }
    let (backend, policy) = match (verdict.route(), verdict.connection) {
        (Some(route), _) => {
            looked_up(view, &config, route, &mut add);
            let backend = match route.outcome {
                Outcome::Backend(backend) | Outcome::NoServers(backend) => {
                    Some(backend.name.to_string())
                }
                Outcome::Closed => Some("closed".to_owned()),
                Outcome::NotFound => Some("not_found".to_owned()),
                Outcome::Misdirected => Some("misdirected".to_owned()),
            };
            let policy = match route.outcome {
                Outcome::Backend(backend) | Outcome::NoServers(backend) => backend.policy.as_ref(),
                _ => None,
            };
            (backend, policy)
        }
        (
            None,
            Connection::Passthrough {
                outcome: Through::Backend(backend),
                ..
            },
        ) => {
            let Backend { name, policy, .. } = backend;
            (Some(name.to_string()), policy.as_ref())
        }
        _ => return,
    };
    let titles = [
        policy.map(|policy| format!("defaults d_pol_{policy}")),
        backend.map(|backend| format!("backend {backend}")),
    ];
    for title in titles.into_iter().flatten() {
        if let Some((first, last)) = config.section(&title) {
            add(format!("haproxy.cfg:{first}-{last}"), title);
        }
    }
}

/// The look-ups of host and path, and the lines of the maps that they find.
fn looked_up(
    view: &View<'_>,
    config: &Config<'_>,
    route: &Route<'_>,
    add: &mut impl FnMut(String, String),
) {
    const FRONTEND: &str = "frontend fe_http";
    let any = HostId::any();
    let (id, map, key) = match route.matched {
        HostMatch::Exact(host) => (&host.id, Some("maps/host.map"), host.pattern.name()),
        HostMatch::Wildcard(host) => (&host.id, Some("maps/wild.map"), host.pattern.name()),
        HostMatch::Any => (&any, None, ""),
    };
    let mut look_up = |file: &str, key: &str, what: &str| {
        for line in config.lines_with(FRONTEND, file) {
            add(format!("haproxy.cfg:{line}"), format!("{what} look-up"));
        }
        if let Some(line) = config.entry(file, key) {
            add(format!("{file}:{line}"), format!("{what} found"));
        }
    };
    if let Some(map) = map {
        look_up(map, key, "host");
    }
    if let Some(rule) = route.chosen {
        look_up("maps/path.map", &path_key(id, &rule.path), "path");
    }
    if let (Some(alternative), Some(bundle)) = (route.alternative, view.bundle) {
        let condition = view.sources.show(alternative.condition.origin);
        let places = bundle.places();
        let section = config.section(FRONTEND).unwrap_or_default();
        let of = places.iter().filter(|(line, place)| {
            let line = **line as usize;
            (section.0..=section.1).contains(&line) && place.to_string() == condition
        });
        for (line, _) in of {
            add(format!("haproxy.cfg:{line}"), "condition".to_owned());
        }
    }
    let (keyword, what) = match route.chosen {
        Some(_) => ("use_backend", "the backend that was found"),
        None => ("default_backend", "the default"),
    };
    for line in config.lines_with(FRONTEND, keyword).into_iter().take(1) {
        add(format!("haproxy.cfg:{line}"), what.to_owned());
    }
}
