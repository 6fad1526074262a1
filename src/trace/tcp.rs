//! One connection to a port of a TCP service told: who listens, which rule decides, who gets it. The model and a verdict in, a [`Trace`]
//! out.

use std::net::IpAddr;

use super::backend;
use super::config::{self, Config};
use super::connection::networks;
use super::{Answer, Asked, By, Entry, Mark, Shown, Trace, View, rules};
use crate::ir::{
    AcceptProxy, BindAddress, Field, Pem, Port, Routing, Target, TcpCertificates, TcpCriterion,
    TcpListener, TcpRule, TcpTest,
};
use crate::simulate::tcp::is_met;
use crate::simulate::{TcpConnection, TcpEnd, TcpVerdict};

/// Tells the way of `connection`, which came to `verdict`.
pub fn connection<'r>(
    view: &View<'r>,
    connection: &TcpConnection,
    verdict: &TcpVerdict<'r>,
) -> Trace<'r> {
    let mut trace = Trace {
        asked: Asked::Connection(connection.clone()),
        entries: vec![Entry::new("connect", connection_line(connection))],
        answer: answer(view.routing, connection, verdict),
        backend: None,
        times: None,
        certificate: None,
        seen: None,
        response: Vec::new(),
    };
    if let Some(listener) = verdict.listener {
        let binds: Vec<String> = listener.binds.iter().map(BindAddress::to_string).collect();
        let entry = Entry::new("listener", binds.join(" ")).cell(&listener.owner);
        trace.entries.push(entry.at(view.sources, listener.origin));
        client(&mut trace, view, listener, verdict);
        rules::settings(&mut trace, view.sources, listener.settings.as_deref());
        if !matches!(verdict.end, TcpEnd::HandshakeRefused(_)) {
            trace
                .entries
                .extend(met(view, listener, connection, verdict));
        }
    }
    match (verdict.end, verdict.target()) {
        (TcpEnd::Backend(backend), _) => backend::entries(&mut trace, view, backend),
        (TcpEnd::NoServers(_) | TcpEnd::Closed(_), Some(Target::Backend(name))) => {
            let backend = view.routing.backends.get(name);
            trace.backend = backend;
            let shown = backend.map_or_else(|| name.to_string(), |it| it.service.to_string());
            trace.entries.push(Entry::new("backend", shown));
        }
        _ => {}
    }
    if let Some(reason) = &trace.answer.reason {
        trace.entries.push(Entry::new("answer", reason));
    }
    trace.entries.extend(config_places(view, verdict));
    trace
}

/// Who has the connection in the end, or why nobody has.
fn answer(routing: &Routing, connection: &TcpConnection, verdict: &TcpVerdict<'_>) -> Answer {
    let reason = match verdict.end {
        TcpEnd::Backend(_) => None,
        TcpEnd::NoServers(backend) if backend.servers.is_empty() => {
            Some("connection closed: the backend has no servers".to_owned())
        }
        TcpEnd::NoServers(_) => Some("connection closed: all servers have weight 0".to_owned()),
        TcpEnd::Closed(why) => Some(format!("connection closed: {why}")),
        TcpEnd::HandshakeRefused(why) => Some(format!("TLS handshake refused: {why}")),
        TcpEnd::NotListening => {
            let why = silence(routing, connection.port);
            Some(format!("connection refused: {why}"))
        }
    };
    Answer {
        by: match reason {
            None => By::Server,
            Some(_) => By::Nobody,
        },
        status: None,
        location: None,
        reason,
        uncertain: false,
    }
}

/// `192.0.2.9 to 10.0.0.1:26000, TLS for orders.example.com`.
fn connection_line(connection: &TcpConnection) -> String {
    let to = match connection.address {
        None => format!("port {}", connection.port),
        Some(IpAddr::V6(ip)) => format!("[{ip}]:{}", connection.port),
        Some(IpAddr::V4(ip)) => format!("{ip}:{}", connection.port),
    };
    let tls = match (connection.tls, &connection.sni) {
        (false, _) => String::new(),
        (true, None) => ", TLS without a name".to_owned(),
        (true, Some(name)) => format!(", TLS for {name}"),
    };
    format!("{} to {to}{tls}", connection.source)
}

/// Why nobody has the port.
fn silence(routing: &Routing, port: Port) -> String {
    let has = |binds: &[BindAddress]| binds.iter().any(|bind| bind.port() == port.get());
    if has(&routing.listeners.http) || has(&routing.listeners.https) {
        return format!("port {port} is for requests; ask for a URL with http:// or https://");
    }
    let mut others = routing.tcp.iter();
    if others.any(|listener| has(&listener.binds)) {
        return format!("port {port} listens on other addresses only");
    }
    format!("no TCP service has port {port}")
}

/// What is asked of clients before any rule.
fn client(
    trace: &mut Trace<'_>,
    view: &View<'_>,
    listener: &TcpListener,
    verdict: &TcpVerdict<'_>,
) {
    let whose = match &listener.client.proxy {
        AcceptProxy::Never => None,
        AcceptProxy::Always => Some("every connection begins with a PROXY header".to_owned()),
        AcceptProxy::From(list) => Some(format!(
            "connections of {} begin with a PROXY header",
            networks(list)
        )),
    };
    if let Some(whose) = whose {
        let origin = listener.client.origins.get(&Field::AcceptProxy);
        trace
            .entries
            .push(Entry::new("proxy", whose).maybe_at(view.sources, origin));
    }
    let Some(tls) = &listener.tls else {
        return;
    };
    let shown = verdict
        .certificate
        .map(|pem| certificate(view.routing, &tls.certificates, pem));
    let text = shown
        .as_ref()
        .map_or("answered here", |shown| shown.secret.as_str());
    let mut entry = Entry::new("tls", text);
    entry = match shown.as_ref().map(|shown| &shown.name) {
        Some(Some(name)) => entry.cell(format!("for {name}")),
        Some(None) => entry.cell("the default"),
        None => entry,
    };
    trace.entries.push(entry.at(view.sources, tls.origin));
    trace.certificate = shown;
    if let Some(clients) = &tls.clients {
        let word = if clients.optional { "may" } else { "has to" };
        let text = format!("{word} show a certificate of the authority");
        trace.entries.push(Entry::new("client", text));
    }
}

/// What a certificate is called: its Secret, or the file that it stands in.
fn certificate(routing: &Routing, certificates: &TcpCertificates, pem: &Pem) -> Shown {
    let shown = |secret: String, name: Option<String>| Shown {
        secret,
        name,
        valid_until: None,
    };
    match certificates {
        TcpCertificates::Shared => {
            let mut files = routing.certificates.files.iter();
            let file = files.find(|(_, file)| std::ptr::eq(&raw const file.pem, pem));
            let is_default = |stem| routing.certificates.default.as_ref() == Some(stem);
            match file {
                Some((stem, file)) if is_default(stem) => shown(file.secret.clone(), None),
                Some((_, file)) => {
                    let name = file.names.first().map(|name| name.value.to_string());
                    shown(file.secret.clone(), name)
                }
                None => shown(String::new(), None),
            }
        }
        TcpCertificates::Own { default, named } => {
            let is_it = |file: &&crate::ir::PemFile| std::ptr::eq(&raw const file.pem, pem);
            let mut named = named.iter().map(|(pattern, file)| (Some(pattern), file));
            let named = named.find(|(_, file)| is_it(file));
            let found = named.or_else(|| Some((None, default.as_ref().filter(is_it)?)));
            let file = match pem {
                Pem::File(path) => path.clone(),
                Pem::Inline(_) => {
                    found.map_or_else(String::new, |(_, file)| format!("certs/{}.pem", file.stem))
                }
            };
            let name = found.and_then(|(pattern, _)| pattern);
            shown(file, name.map(ToString::to_string))
        }
    }
}

/// An entry for each rule that the connection meets, the one that decides first; what decides where it meets none.
fn met(
    view: &View<'_>,
    listener: &TcpListener,
    connection: &TcpConnection,
    verdict: &TcpVerdict<'_>,
) -> Vec<Entry> {
    if listener.rules.is_empty() {
        return Vec::new();
    }
    let row = |rule: &TcpRule, mark: Mark, why: &str| {
        let tests: Vec<String> = rule.tests.iter().map(test).collect();
        let tests = match &tests[..] {
            [] => "all connections".to_owned(),
            tests => tests.join(", "),
        };
        Entry::new("rule", tests)
            .at(view.sources, rule.origin)
            .verdict(mark, why)
    };
    let Some(chosen) = verdict.rule else {
        let none = format!(
            "none of {} is met: the default decides",
            listener.rules.len()
        );
        return vec![Entry::new("rule", none)];
    };
    let later = listener.rules.iter();
    let later = later
        .skip_while(|rule| !std::ptr::eq(*rule, chosen))
        .skip(1);
    let later = later.filter(|rule| is_met(rule, connection));
    let first = row(chosen, Mark::Chosen, "chosen: the first that is met");
    let later = later.map(|rule| row(rule, Mark::Lost, "comes later"));
    std::iter::once(first).chain(later).collect()
}

/// `name is a.example.com`, `client is not of 10.0.0.0/8`.
pub(super) fn test(test: &TcpTest) -> String {
    let not = if test.negated { "not " } else { "" };
    match &test.what {
        TcpCriterion::Name(pattern) => format!("name is {not}{pattern}"),
        TcpCriterion::Source(list) => match list.networks() {
            [one] => format!("client is {not}of {one}"),
            many => format!("client is {not}of {} networks", many.len()),
        },
        TcpCriterion::Handshake if test.negated => "begins with no handshake".to_owned(),
        TcpCriterion::Handshake => "begins with a handshake".to_owned(),
    }
}

/// `haproxy.cfg:92-104   frontend fe_tcp_26000`, for the sections that take part.
fn config_places(view: &View<'_>, verdict: &TcpVerdict<'_>) -> Vec<Entry> {
    let config = view.bundle.and_then(Config::of);
    let (Some(config), Some(listener)) = (config, verdict.listener) else {
        return Vec::new();
    };
    let backend = match verdict.target() {
        Some(Target::Backend(name)) => view.routing.backends.get(name),
        _ => None,
    };
    let policy = backend.and_then(|backend| backend.policy.as_ref());
    let titles = [
        Some(format!("frontend {}", listener.name)),
        policy.map(|policy| format!("defaults d_pol_{policy}")),
        backend.map(|backend| format!("backend {}", backend.name)),
    ];
    let entries = titles.into_iter().flatten().filter_map(|title| {
        let (first, last) = config.section(&title)?;
        Some(Entry::new("config", format!("haproxy.cfg:{first}-{last}")).cell(title))
    });
    std::iter::once(config::heading(view))
        .chain(entries)
        .collect()
}

#[cfg(test)]
mod tests;
