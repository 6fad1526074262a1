//! The text of `ingressc route`: one request explained, or all routes as a table. The model, the places and a verdict in,
//! text out.

mod tcp;

pub use tcp::explain_connection;

use super::{
    Answer, ClientCertificate, Connection, HostMatch, Loss, Outcome, Request, Route, Scheme,
    Through, Verdict,
};
use super::{policy, servers};
use crate::ir::{Backend, Claim, Field, Host, PathMatch, PathRule, Routing, Target};
use crate::source::Sources;
use crate::text::columns::{Text, align, printable};

/// Explains a verdict: which host, which path, who lost and why, who answers.
pub fn explain(
    routing: &Routing,
    sources: &Sources,
    request: &Request,
    verdict: &Verdict<'_>,
) -> String {
    let mut text = Text::default();
    text.line(
        "request",
        &format!(
            "{} {} {} {}",
            request.method,
            request.scheme.name(),
            request.host.as_deref().unwrap_or("(no host)"),
            request.target
        ),
    );
    match verdict.connection {
        Connection::NotListening => {
            text.line(
                "answer",
                &format!("connection refused: {}", silence(routing, request)),
            );
        }
        Connection::HandshakeRefused => {
            let name = request.sni.as_deref().unwrap_or("a client without SNI");
            text.line(
                "answer",
                &format!("TLS handshake refused: no certificate for {name}, and no default"),
            );
        }
        Connection::ClientRefused(shown) => {
            let why = match shown {
                ClientCertificate::Absent => "clients have to show a certificate",
                ClientCertificate::Trusted | ClientCertificate::Foreign => {
                    "the client's certificate is not of the authority"
                }
            };
            text.line("answer", &format!("TLS handshake refused: {why}"));
        }
        Connection::Plain => {}
        Connection::Passthrough { claim, outcome } => {
            text.line(
                "tls",
                &format!("handed through: {}", claim_line(sources, claim)),
            );
            policy::text::settings(&mut text, sources, claim.settings.as_deref());
            match outcome {
                Through::Refused(why) => text.line("answer", &format!("connection closed: {why}")),
                Through::Backend(backend) => backend_lines(&mut text, routing, backend),
            }
        }
        Connection::Tls {
            certificate,
            by_default,
        } => {
            let note = if by_default { "   the default" } else { "" };
            let place = sources.show(certificate.origin);
            text.line("tls", &format!("{}   {place}{note}", certificate.secret));
            if let Some(clients) = &routing.global.client_tls.authority {
                let origin = routing.global.origins.get(&Field::ClientAuthority);
                let place = origin.map_or_else(String::new, |origin| sources.show(*origin));
                let word = if clients.optional { "may" } else { "has to" };
                text.line(
                    "client",
                    &format!("{word} show a certificate of the authority   {place}"),
                );
            }
        }
    }
    match &verdict.answer {
        None => {}
        Some(Answer::Refused { status, reason }) => {
            text.line("answer", &format!("{status}: {reason}"));
        }
        Some(Answer::Routed(route)) => routed(&mut text, routing, sources, route),
    }
    if let Some((status, page)) = verdict.page() {
        let seen = page.value.status();
        let place = sources.show(page.origin);
        text.line(
            "page",
            &format!("{seen}: the error file for {status}   {place}"),
        );
    }
    text.0
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

fn routed(text: &mut Text, routing: &Routing, sources: &Sources, route: &Route<'_>) {
    text.line("host", &host_line(routing, sources, route));
    let path = route.path.as_deref().unwrap_or("(none)");
    let rows = path_rows(sources, route);
    if rows.is_empty() {
        text.line("path", &format!("{path}   no rule of this host matches"));
    }
    for (index, row) in align(&rows).iter().enumerate() {
        text.line(if index == 0 { "path" } else { "" }, row);
    }
    if let Some(alternative) = route.alternative {
        let condition = &alternative.condition;
        let place = sources.show(condition.origin);
        text.line("condition", &format!("{}   {place}", condition.value));
    }
    if route.by_chance {
        text.line(
            "chance",
            "decides about a condition, so HAProxy may answer otherwise",
        );
    }
    if let (None, Some(claim)) = (route.chosen, route.claim) {
        text.line("default", &claim_line(sources, claim));
    }
    if let Some(claim) = route.claim {
        policy::text::settings(text, sources, claim.settings.as_deref());
    }
    if let Some(course) = &route.course {
        policy::text::steps(text, course);
        if let Some(reply) = &course.reply {
            policy::text::reply(text, reply);
            return;
        }
    }
    match route.outcome {
        Outcome::NotFound => text.line("answer", "404: no rule and no default backend"),
        Outcome::Closed => {
            text.line(
                "answer",
                "503: closed, because what the manifest asks for cannot be honoured",
            );
        }
        Outcome::NoServers(backend) => {
            text.line("backend", &backend.service.to_string());
            let why = if backend.servers.is_empty() {
                "503: the backend has no servers"
            } else {
                "503: all servers have weight 0"
            };
            text.line("answer", why);
        }
        Outcome::Misdirected => {
            text.line(
                "answer",
                "421: TLS for the host is handed through, and this did not come that way",
            );
        }
        Outcome::Backend(backend) => backend_lines(text, routing, backend),
    }
}

fn backend_lines(text: &mut Text, routing: &Routing, backend: &Backend) {
    let policy = backend
        .policy
        .as_ref()
        .and_then(|name| routing.policies.get(name));
    let manner = servers::manner(backend, policy.map(|section| &section.policy));
    text.line("backend", &format!("{}{manner}", backend.service));
    for (index, line) in servers::lines(backend).iter().enumerate() {
        text.line(if index == 0 { "servers" } else { "" }, line);
    }
}

fn host_line(routing: &Routing, sources: &Sources, route: &Route<'_>) -> String {
    let name = if route.host.is_empty() {
        "(none)"
    } else {
        &route.host
    };
    match route.matched {
        HostMatch::Exact(_) => match route.beats {
            Some(wildcard) => format!(
                "{name}   exact      beats {}",
                with_place(sources, wildcard)
            ),
            None => format!("{name}   exact"),
        },
        HostMatch::Wildcard(host) => format!("{name}   {}", with_place(sources, host)),
        HostMatch::Any if routing.any_host.is_empty() => format!("{name}   no rule names it"),
        HostMatch::Any => format!("{name}   rules without a host"),
    }
}

fn with_place(sources: &Sources, host: &Host) -> String {
    match host.rules.first() {
        Some(rule) => format!("{} ({})", host.pattern, sources.show(rule.claim.origin)),
        None => host.pattern.to_string(),
    }
}

/// One row a rule that matches: path, type, place, verdict.
fn path_rows(sources: &Sources, route: &Route<'_>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    if let Some(rule) = route.chosen {
        let why = match rule.path.kind() {
            PathMatch::Exact => "exact path",
            _ if route.lost.is_empty() => "the only match",
            PathMatch::Prefix => "longest prefix by element",
            PathMatch::Begins => "longest prefix as text",
        };
        rule_rows(&mut rows, sources, rule, &format!("<- chosen: {why}"));
    }
    for (rule, loss) in &route.lost {
        let why = match loss {
            Loss::Shorter => "    shorter",
            Loss::LessSpecific => "    less specific",
            Loss::Unmet => "    for requests that meet a condition",
        };
        rule_rows(&mut rows, sources, rule, why);
    }
    rows
}

fn rule_rows(rows: &mut Vec<Vec<String>>, sources: &Sources, rule: &PathRule, verdict: &str) {
    let row = |claim: &Claim, verdict: String| {
        vec![
            rule.path.to_string(),
            kind(rule.path.kind()).to_owned(),
            sources.show(claim.origin),
            verdict,
        ]
    };
    rows.push(row(&rule.claim, verdict.to_owned()));
    for (claim, reason) in &rule.losers {
        rows.push(row(claim, format!("    {}: {reason}", claim.ingress)));
    }
}

fn claim_line(sources: &Sources, claim: &Claim) -> String {
    let Claim {
        ingress,
        wording,
        target: _,
        origin,
        settings: _,
    } = claim;
    format!("{wording} of {ingress}   {}", sources.show(*origin))
}

fn kind(kind: PathMatch) -> &'static str {
    match kind {
        PathMatch::Exact => "Exact",
        PathMatch::Prefix => "Prefix",
        PathMatch::Begins => "begins",
    }
}

/// Every route, one line each: host, path, type, who answers, place. Hosts in the order of the model, `*` for rules without a
/// host, then ports of TCP services, the default last.
pub fn table(routing: &Routing, sources: &Sources) -> String {
    let mut rows = vec![
        [
            "HOST", "PATH", "TYPE", "BACKEND", "SERVERS", "RESOLVER", "FROM",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    let hosts = routing
        .hosts
        .iter()
        .map(|host| (host.pattern.to_string(), host.rules.as_slice()));
    for (host, rules) in hosts.chain([("*".to_owned(), routing.any_host.as_slice())]) {
        for rule in rules {
            let claims = rule.alternatives.iter();
            let claims = claims.map(|it| (&it.claim, Some(&it.condition.value)));
            for (claim, condition) in claims.chain([(&rule.claim, None)]) {
                let [backend, servers, resolver] = answers(routing, &claim.target);
                let backend = match condition {
                    Some(condition) => format!("{backend} if {condition}"),
                    None => backend,
                };
                rows.push(vec![
                    host.clone(),
                    rule.path.to_string(),
                    kind(rule.path.kind()).to_owned(),
                    backend,
                    servers,
                    resolver,
                    sources.show(claim.origin),
                ]);
            }
        }
    }
    for (host, claim) in &routing.passthrough {
        let [backend, servers, resolver] = answers(routing, &claim.target);
        let place = sources.show(claim.origin);
        let row = [host.to_string(), "-".to_owned(), "TLS".to_owned()];
        rows.push(
            row.into_iter()
                .chain([backend, servers, resolver, place])
                .collect(),
        );
    }
    rows.extend(tcp::rows(routing, sources));
    let [backend, servers, resolver, place] = match &routing.default {
        Some(claim) => {
            let [backend, servers, resolver] = answers(routing, &claim.target);
            [backend, servers, resolver, sources.show(claim.origin)]
        }
        None => ["404", "-", "-", "-"].map(str::to_owned),
    };
    rows.push(vec![
        "(default)".to_owned(),
        "-".to_owned(),
        "-".to_owned(),
        backend,
        servers,
        resolver,
        place,
    ]);
    align(&rows)
        .iter()
        .flat_map(|line| [printable(line), "\n".to_owned()])
        .collect()
}

/// Who answers, with how many servers, and who found them.
fn answers(routing: &Routing, target: &Target) -> [String; 3] {
    let nobody = |who: String, servers: &str| [who, servers.to_owned(), "-".to_owned()];
    match target {
        Target::Closed => nobody("503 (closed)".to_owned(), "-"),
        Target::Next => nobody("(next shorter path)".to_owned(), "-"),
        Target::Misdirected(_) => nobody("421 (TLS is handed through)".to_owned(), "-"),
        Target::Backend(name) => match routing.backends.get(name) {
            None => nobody(name.to_string(), "-"),
            Some(backend) if backend.servers.is_empty() => {
                nobody(backend.service.to_string(), "none (503)")
            }
            Some(backend) => {
                let [servers, resolver] = servers::cells(backend);
                [backend.service.to_string(), servers, resolver]
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Request, ask, example};
    use super::*;

    fn explained(routing: &Routing, url: &str) -> String {
        let request = Request::parse(url).expect("a URL");
        explain(
            routing,
            &example::sources(),
            &request,
            &ask(routing, &request),
        )
    }

    #[test]
    fn a_route_is_explained_with_its_losers() {
        let mut routing = example::routing(&[
            "shop.example.com Prefix / shop-web 1",
            "shop.example.com Prefix /cart cart 2",
            "shop.example.com Prefix /pay pay 1",
            "*.example.com Prefix / edge 1",
        ]);
        let shop = routing
            .hosts
            .iter_mut()
            .find(|host| host.rules.len() == 3)
            .expect("shop");
        let lost = shop.rules[0].claim.clone();
        let cart = shop
            .rules
            .iter_mut()
            .find(|rule| rule.path.text() == "/cart")
            .expect("cart");
        cart.losers.push((lost, "first by name".to_owned()));
        assert_eq!(
            explained(&routing, "http://Shop.example.com:80/cart/items?x"),
            "\
request   GET http Shop.example.com:80 /cart/items?x
host      shop.example.com   exact      beats *.example.com (all.yaml:4:1)
path      /cart   Prefix   all.yaml:2:1   <- chosen: longest prefix by element
          /cart   Prefix   all.yaml:1:1       default/i1: first by name
          /       Prefix   all.yaml:1:1       shorter
backend   default/cart:80
servers   10.0.0.1:8080 · 10.0.0.2:8080   slices
"
        );
    }

    #[test]
    fn every_end_of_a_request_has_its_words() {
        let mut routing = example::routing(&[
            "foo.com Exact /foo foo 1",
            "foo.com Prefix /none none 0",
            "foo.com Prefix /closed - 0",
        ]);
        for (url, words) in [
            ("foo.com/foo", "chosen: exact path"),
            ("foo.com/bar", "404: no rule and no default backend"),
            ("foo.com/none", "503: the backend has no servers"),
            ("foo.com/closed", "503: closed"),
            ("bar.com/", "no rule names it"),
            ("foo.com/ä", "400: "),
            (
                "https://foo.com/foo",
                "nothing listens for https, as there is no certificate",
            ),
        ] {
            let text = explained(&routing, url);
            assert!(text.contains(words), "{url}:\n{text}");
        }
        routing.default = Some(example::claim(&routing, "foo"));
        assert!(explained(&routing, "bar.com/").contains("default   defaultBackend of default/i0"));
    }

    #[test]
    fn no_control_character_reaches_the_terminal() {
        let routing = example::routing(&["foo.com Prefix / foo 1"]);
        let request = Request {
            host: Some("\u{1b}[2Jfoo.com".to_owned()),
            ..Request::default()
        };
        let text = explain(
            &routing,
            &example::sources(),
            &request,
            &ask(&routing, &request),
        );
        assert!(
            !text.contains('\u{1b}') && text.contains("\\u{1b}"),
            "{text}"
        );
    }

    #[test]
    fn the_table_shows_every_route() {
        let routing = example::routing(&[
            "foo.com Exact /foo foo 2",
            "*.foo.com Prefix / wild 0",
            "- Prefix /any - 0",
        ]);
        assert_eq!(
            table(&routing, &example::sources()),
            "\
HOST        PATH   TYPE     BACKEND           SERVERS      RESOLVER   FROM
foo.com     /foo   Exact    default/foo:80    2            slices     all.yaml:1:1
*.foo.com   /      Prefix   default/wild:80   none (503)   -          all.yaml:2:1
*           /any   Prefix   503 (closed)      -            -          all.yaml:3:1
(default)   -      -        404               -            -          -
"
        );
    }
}
