//! The map of all routes: hosts lead to paths, paths to backends, backends have servers.
//!
//! In: a routing. Out: a [`Graph`], and its text: Mermaid, or an SVG that needs nothing besides itself. What there is no room for is
//! folded, and counted.

mod layout;
mod mermaid;
mod svg;

use std::collections::BTreeMap;

pub use mermaid::mermaid;
pub use svg::svg;

use crate::ir::{Backend, Certificates, HostPattern, PathMatch, PathRule, Routing, Target};
use crate::simulate::servers;
use crate::trace::words;

/// So many paths are drawn; the others are folded.
const MOST_PATHS: usize = 200;
/// So many paths of one host are drawn, where there are others.
const MOST_OF_A_HOST: usize = 40;

/// The map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    sources: Vec<Source>,
    ends: Vec<End>,
    /// Hosts that are not drawn, and their paths.
    folded: (usize, usize),
}

/// What a client asks for: a host, or a port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    label: String,
    /// The certificate, or what else there is to say.
    detail: String,
    is_tls: bool,
    paths: Vec<Way>,
    /// Paths that are not drawn.
    folded: usize,
}

/// A way from there to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    label: String,
    /// `exact`, `begins`; empty for a Prefix.
    kind: &'static str,
    condition: Option<String>,
    /// What keeps requests out.
    guards: Vec<&'static str>,
    /// The number of its end.
    to: usize,
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    label: String,
    detail: String,
    serves: bool,
}

impl Graph {
    /// The map of a routing.
    pub fn new(routing: &Routing) -> Self {
        let mut graph = Builder {
            routing,
            graph: Self::default(),
            known: BTreeMap::new(),
            room: MOST_PATHS,
        };
        for host in &routing.hosts {
            let certificate = certificate(&routing.certificates, &host.pattern);
            graph.host(&host.pattern.to_string(), certificate, &host.rules);
        }
        if !routing.any_host.is_empty() {
            graph.host("*", None, &routing.any_host);
        }
        for (host, claim) in &routing.passthrough {
            let ways = vec![("TLS, handed through".to_owned(), "", None, &claim.target)];
            graph.source(&host.to_string(), ("the servers' certificate", true), ways);
        }
        graph.ports();
        if let Some(claim) = &routing.default {
            let ways = vec![(
                "whatever no rule matches".to_owned(),
                "",
                None,
                &claim.target,
            )];
            graph.source("(default)", ("", false), ways);
        }
        graph.graph
    }

    /// How many paths are drawn.
    fn ways(&self) -> usize {
        self.sources.iter().map(|source| source.paths.len()).sum()
    }
}

/// The Secret that is offered for a host.
fn certificate<'r>(certificates: &'r Certificates, host: &HostPattern) -> Option<&'r str> {
    let above = host.wildcard();
    let offers = |name: &HostPattern| {
        certificates.files.values().find(|file| {
            let mut names = file.names.iter();
            names.any(|it| it.value == *name)
        })
    };
    let file = offers(host).or_else(|| offers(above.as_ref()?));
    Some(file?.secret.as_str())
}

/// Label, kind, condition, target.
type Drawn<'r> = (String, &'static str, Option<String>, &'r Target);

struct Builder<'r> {
    routing: &'r Routing,
    graph: Graph,
    /// The ends that are drawn, by what they are called.
    known: BTreeMap<String, usize>,
    /// How many paths there is room for.
    room: usize,
}

impl<'r> Builder<'r> {
    fn host(&mut self, label: &str, certificate: Option<&str>, rules: &'r [PathRule]) {
        let ways = rules.iter().flat_map(|rule| {
            let kind = match rule.path.kind() {
                PathMatch::Exact => "exact",
                PathMatch::Prefix => "",
                PathMatch::Begins => "begins",
            };
            let path = rule.path.to_string();
            let alternatives = rule.alternatives.iter();
            let alternatives =
                alternatives.map(|it| (Some(it.condition.value.to_string()), &it.claim.target));
            let rest = (rule.claim.target != Target::Next).then_some((None, &rule.claim.target));
            let all = alternatives.chain(rest);
            all.map(move |(condition, target)| (path.clone(), kind, condition, target))
        });
        let detail = certificate.unwrap_or_default();
        self.source(label, (detail, certificate.is_some()), ways.collect());
    }

    fn ports(&mut self) {
        let listeners = self.routing.tcp.iter();
        for listener in listeners.filter(|one| !one.binds.is_empty()) {
            let binds: Vec<String> = listener.binds.iter().map(ToString::to_string).collect();
            let rules = listener.rules.iter().enumerate();
            let mut ways: Vec<Drawn<'r>> = rules
                .map(|(index, rule)| (format!("rule {}", index + 1), "", None, &rule.target))
                .collect();
            let all = if ways.is_empty() {
                "all connections"
            } else {
                "all others"
            };
            ways.push((all.to_owned(), "", None, &listener.default));
            self.source(
                &binds.join(" "),
                (&listener.owner, listener.tls.is_some()),
                ways,
            );
        }
    }

    fn source(&mut self, label: &str, (detail, is_tls): (&str, bool), ways: Vec<Drawn<'r>>) {
        if self.room == 0 {
            self.graph.folded.0 += 1;
            self.graph.folded.1 += ways.len();
            return;
        }
        let most = self.room.min(MOST_OF_A_HOST);
        let folded = ways.len().saturating_sub(most);
        let mut paths = Vec::new();
        for (label, kind, condition, target) in ways.into_iter().take(most) {
            let policy = words::policy_of(self.routing, target);
            paths.push(Way {
                label,
                kind,
                condition,
                guards: policy.map(words::guards).unwrap_or_default(),
                to: self.end(target),
            });
        }
        self.room -= paths.len();
        self.graph.sources.push(Source {
            label: label.to_owned(),
            detail: detail.to_owned(),
            is_tls,
            paths,
            folded,
        });
    }

    /// The number of the end that `target` stands for. Backends of one Service port that differ in their policies are one.
    fn end(&mut self, target: &Target) -> usize {
        let backend = match target {
            Target::Backend(name) => self.routing.backends.get(name),
            Target::Closed | Target::Next | Target::Misdirected(_) => None,
        };
        let end = match (backend, target) {
            (Some(backend), _) => End {
                label: backend.service.to_string(),
                detail: servers_of(backend),
                serves: !servers::asleep(backend),
            },
            (None, Target::Misdirected(_)) => End {
                label: "not in clear".to_owned(),
                detail: "answers 421".to_owned(),
                serves: false,
            },
            (None, _) => End {
                label: "closed".to_owned(),
                detail: "answers 503".to_owned(),
                serves: false,
            },
        };
        let next = self.graph.ends.len();
        let number = *self.known.entry(end.label.clone()).or_insert(next);
        if number == next {
            self.graph.ends.push(end);
        }
        number
    }
}

/// `3 servers, slices`.
fn servers_of(backend: &Backend) -> String {
    let [count, resolver] = servers::cells(backend);
    match (count.as_str(), backend.servers.is_empty()) {
        (_, true) => "no servers".to_owned(),
        ("1", _) => format!("1 server, {resolver}"),
        ("-", _) => resolver,
        _ => format!("{count} servers, {resolver}"),
    }
}

#[cfg(test)]
mod tests;
