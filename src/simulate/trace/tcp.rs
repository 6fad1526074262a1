//! The text of `ingressc route tcp://…`: one connection explained. The model, the places and a verdict in, text out.

use std::net::IpAddr;

use super::{answers, backend_lines};
use crate::ir::{
    AcceptProxy, BindAddress, Field, Pem, Port, Routing, Target, TcpCertificates, TcpCriterion,
    TcpListener, TcpRule, TcpTest,
};
use crate::simulate::tcp::is_met;
use crate::simulate::{TcpConnection, TcpEnd, TcpVerdict, policy};
use crate::source::Sources;
use crate::text::columns::{Text, align};

/// Explains a verdict: who listens there and who asked for it, which rule decides, who gets the connection. `config` is
/// `haproxy.cfg`, where it is known: the places of the sections that take part are told.
pub fn explain_connection(
    routing: &Routing,
    sources: &Sources,
    connection: &TcpConnection,
    verdict: &TcpVerdict<'_>,
    config: Option<&str>,
) -> String {
    let mut text = Text::default();
    text.line("connect", &connection_line(connection));
    let Some(listener) = verdict.listener else {
        let why = silence(routing, connection.port);
        text.line("answer", &format!("connection refused: {why}"));
        return text.0;
    };
    let binds: Vec<String> = listener.binds.iter().map(BindAddress::to_string).collect();
    let place = sources.show(listener.origin);
    let line = format!("{}   {}   {place}", binds.join(" "), listener.owner);
    text.line("listener", &line);
    client_lines(&mut text, routing, sources, listener, verdict);
    policy::text::settings(&mut text, sources, listener.settings.as_deref());
    if !matches!(verdict.end, TcpEnd::HandshakeRefused(_)) {
        for (index, row) in rules(sources, listener, connection, verdict)
            .iter()
            .enumerate()
        {
            text.line(if index == 0 { "rule" } else { "" }, row);
        }
    }
    end_lines(&mut text, routing, verdict);
    for (index, place) in config_places(routing, verdict, config).iter().enumerate() {
        text.line(if index == 0 { "config" } else { "" }, place);
    }
    text.0
}

/// The rows of the table of routes: one for each rule of each listener, and for the connections that meet none.
pub(super) fn rows(routing: &Routing, sources: &Sources) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for listener in routing.tcp.iter().filter(|one| !one.binds.is_empty()) {
        let binds: Vec<String> = listener.binds.iter().map(BindAddress::to_string).collect();
        let own = listener.rules.iter().map(|rule| {
            let tests: Vec<String> = rule.tests.iter().map(test).collect();
            (tests.join(", "), &rule.target, rule.origin)
        });
        let default = ("-".to_owned(), &listener.default, listener.origin);
        for (tests, target, origin) in own.chain([default]) {
            let [backend, servers, resolver] = match target {
                Target::Backend(_) => answers(routing, target),
                _ => ["(closed)", "-", "-"].map(str::to_owned),
            };
            let servers = servers.replace("none (503)", "none (closed)");
            rows.push(vec![
                binds.join(" "),
                tests,
                "TCP".to_owned(),
                backend,
                servers,
                resolver,
                sources.show(origin),
            ]);
        }
    }
    rows
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
fn client_lines(
    text: &mut Text,
    routing: &Routing,
    sources: &Sources,
    listener: &TcpListener,
    verdict: &TcpVerdict<'_>,
) {
    let whose = match &listener.client.proxy {
        AcceptProxy::Never => None,
        AcceptProxy::Always => Some("every connection begins with a PROXY header".to_owned()),
        AcceptProxy::From(list) => {
            let networks: Vec<String> = list
                .networks()
                .iter()
                .take(4)
                .map(ToString::to_string)
                .collect();
            let more = if list.networks().len() > networks.len() {
                " and others"
            } else {
                ""
            };
            let networks = networks.join(", ");
            Some(format!(
                "connections of {networks}{more} begin with a PROXY header"
            ))
        }
    };
    if let Some(whose) = whose {
        let origin = listener.client.origins.get(&Field::AcceptProxy);
        let place = origin.map_or_else(String::new, |origin| sources.show(*origin));
        text.line("proxy", format!("{whose}   {place}").trim_end());
    }
    let Some(tls) = &listener.tls else {
        return;
    };
    let place = sources.show(tls.origin);
    let shown = verdict.certificate.map_or_else(
        || "answered here".to_owned(),
        |pem| certificate(routing, &tls.certificates, pem),
    );
    text.line("tls", &format!("{shown}   {place}"));
    if let Some(clients) = &tls.clients {
        let word = if clients.optional { "may" } else { "has to" };
        text.line(
            "client",
            &format!("{word} show a certificate of the authority"),
        );
    }
}

/// What a certificate is called: its Secret, or the file that it stands in.
fn certificate(routing: &Routing, certificates: &TcpCertificates, pem: &Pem) -> String {
    match certificates {
        TcpCertificates::Shared => {
            let mut files = routing.certificates.files.values();
            let file = files.find(|file| std::ptr::eq(&raw const file.pem, pem));
            file.map_or_else(String::new, |file| file.secret.clone())
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
            match found {
                Some((Some(pattern), _)) => format!("{file}   for {pattern}"),
                _ => format!("{file}   the default"),
            }
        }
    }
}

/// A row for each rule that the connection meets, the one that decides first; what decides where it meets none.
fn rules(
    sources: &Sources,
    listener: &TcpListener,
    connection: &TcpConnection,
    verdict: &TcpVerdict<'_>,
) -> Vec<String> {
    if listener.rules.is_empty() {
        return Vec::new();
    }
    let row = |rule: &TcpRule, why: &str| {
        let tests: Vec<String> = rule.tests.iter().map(test).collect();
        let tests = match &tests[..] {
            [] => "all connections".to_owned(),
            tests => tests.join(", "),
        };
        vec![tests, sources.show(rule.origin), why.to_owned()]
    };
    let Some(chosen) = verdict.rule else {
        let none = format!(
            "none of {} is met: the default decides",
            listener.rules.len()
        );
        return vec![none];
    };
    let later = listener.rules.iter();
    let later = later
        .skip_while(|rule| !std::ptr::eq(*rule, chosen))
        .skip(1);
    let later = later.filter(|rule| is_met(rule, connection));
    let mut rows = vec![row(chosen, "<- chosen: the first that is met")];
    rows.extend(later.map(|rule| row(rule, "    comes later")));
    align(&rows)
}

/// `name is a.example.com`, `client is not of 10.0.0.0/8`.
fn test(test: &TcpTest) -> String {
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

fn end_lines(text: &mut Text, routing: &Routing, verdict: &TcpVerdict<'_>) {
    match verdict.end {
        TcpEnd::Backend(backend) => backend_lines(text, routing, backend),
        TcpEnd::NoServers(backend) => {
            text.line("backend", &backend.service.to_string());
            let why = if backend.servers.is_empty() {
                "connection closed: the backend has no servers"
            } else {
                "connection closed: all servers have weight 0"
            };
            text.line("answer", why);
        }
        TcpEnd::Closed(why) => {
            if let Some(target @ Target::Backend(_)) = verdict.target() {
                let [backend, ..] = answers(routing, target);
                text.line("backend", &backend);
            }
            text.line("answer", &format!("connection closed: {why}"));
        }
        TcpEnd::HandshakeRefused(why) => {
            text.line("answer", &format!("TLS handshake refused: {why}"));
        }
        TcpEnd::NotListening => {}
    }
}

/// `haproxy.cfg:92-104   frontend fe_tcp_26000`, for the sections that take part.
fn config_places(routing: &Routing, verdict: &TcpVerdict<'_>, config: Option<&str>) -> Vec<String> {
    let (Some(config), Some(listener)) = (config, verdict.listener) else {
        return Vec::new();
    };
    let backend = match verdict.target() {
        Some(Target::Backend(name)) => routing.backends.get(name),
        _ => None,
    };
    let policy = backend.and_then(|backend| backend.policy.as_ref());
    let titles = [
        Some(format!("frontend {}", listener.name)),
        policy.map(|policy| format!("defaults d_pol_{policy}")),
        backend.map(|backend| format!("backend {}", backend.name)),
    ];
    let rows = titles.into_iter().flatten().filter_map(|title| {
        let (first, last) = section(config, &title)?;
        Some(vec![format!("haproxy.cfg:{first}-{last}"), title])
    });
    align(&rows.collect::<Vec<_>>())
}

/// The first and the last line of a section, counted from 1. An empty line ends it.
fn section(config: &str, title: &str) -> Option<(usize, usize)> {
    let is_it = |line: &str| {
        let rest = line.strip_prefix(title);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let first = config.lines().position(is_it)?;
    let lines = config.lines().skip(first);
    let length = lines.take_while(|line| !line.is_empty()).count();
    Some((first + 1, first + length))
}

#[cfg(test)]
mod tests;
