//! Which routes some test meets.

use std::collections::HashMap;

use super::model::Ask;
use crate::ir::{Claim, Routing, Target};
use crate::simulate::{self, Connection};
use crate::source::Origin;

/// All routes of a routing, and which of them were met. A route is what a manifest asks for: a host and a path, each alternative of it
/// under a condition, a host whose TLS is handed through, the default, and each rule of a TCP port.
#[derive(Debug, Default)]
pub struct Coverage {
    routes: Vec<RouteState>,
    /// By the place in memory of what asks for it, which the simulator's verdicts point at.
    places: HashMap<usize, usize>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteState {
    /// What is asked for: `shop.example.com`, `*`, `TCP 5432`.
    pub host: String,
    /// The path, `(TLS)` for one that is handed through; empty where there is none.
    pub path: String,
    /// Who asks for it: `Prefix /cart of shop/cart`.
    pub rule: String,
    /// Where that is written.
    pub origin: Origin,
    /// Whether some test met it.
    pub met: bool,
}

impl Coverage {
    /// Nothing is met so far. Routes that lead nowhere by themselves, such as a path of which there are alternatives only, do not
    /// count.
    pub fn of(routing: &Routing) -> Self {
        let mut coverage = Self::default();
        let hosts = routing.hosts.iter();
        let hosts = hosts.map(|host| (host.pattern.to_string(), &host.rules));
        for (host, rules) in hosts.chain([("*".to_owned(), &routing.any_host)]) {
            for rule in rules {
                let path = rule.path.to_string();
                for alternative in &rule.alternatives {
                    let condition = format!("{path} if {}", alternative.condition.value);
                    coverage.claim(&host, &condition, &alternative.claim);
                }
                coverage.claim(&host, &path, &rule.claim);
            }
        }
        for (host, claim) in &routing.passthrough {
            coverage.claim(&host.to_string(), "(TLS)", claim);
        }
        if let Some(default) = &routing.default {
            coverage.claim("*", "(default)", default);
        }
        for listener in routing.tcp.iter().filter(|listener| listener.is_bound()) {
            let ports: Vec<String> = listener
                .binds
                .iter()
                .map(|it| it.port().to_string())
                .collect();
            let host = format!("TCP {}", ports.join(", "));
            for (index, rule) in listener.rules.iter().enumerate() {
                let text = format!("rule {} of {}", index + 1, listener.owner);
                coverage.add(
                    std::ptr::from_ref(rule).addr(),
                    &host,
                    "",
                    text,
                    rule.origin,
                );
            }
            if listener.default != Target::Closed || listener.rules.is_empty() {
                let key = std::ptr::from_ref(listener).addr();
                coverage.add(key, &host, "", listener.owner.clone(), listener.origin);
            }
        }
        coverage
    }

    fn claim(&mut self, host: &str, path: &str, claim: &Claim) {
        if matches!(claim.target, Target::Next | Target::Misdirected(_)) {
            return;
        }
        let rule = format!("{} of {}", claim.wording, claim.ingress);
        let key = std::ptr::from_ref(claim).addr();
        self.add(key, host, path, rule, claim.origin);
    }

    fn add(&mut self, key: usize, host: &str, path: &str, rule: String, origin: Origin) {
        self.places.insert(key, self.routes.len());
        self.routes.push(RouteState {
            host: host.to_owned(),
            path: path.to_owned(),
            rule,
            origin,
            met: false,
        });
    }

    /// Marks the route that `ask` meets. `routing` is the one that this was made of.
    pub fn meet(&mut self, routing: &Routing, ask: &Ask) {
        let key = match ask {
            Ask::Request { request, .. } => {
                let verdict = simulate::ask(routing, request);
                let claim = match verdict.connection {
                    Connection::Passthrough { claim, .. } => Some(claim),
                    _ => verdict.route().and_then(|route| route.claim),
                };
                claim.map(|claim| std::ptr::from_ref(claim).addr())
            }
            Ask::Connection { connection, .. } => {
                let verdict = simulate::connect(routing, connection);
                let rule = verdict.rule.map(|rule| std::ptr::from_ref(rule).addr());
                let listener = || verdict.listener.map(|it| std::ptr::from_ref(it).addr());
                rule.or_else(listener)
            }
        };
        let route = key.and_then(|key| self.places.get(&key));
        if let Some(route) = route.and_then(|&at| self.routes.get_mut(at)) {
            route.met = true;
        }
    }

    /// The routes: hosts in their order, ports of TCP services last.
    pub fn routes(&self) -> &[RouteState] {
        &self.routes
    }

    /// How many were met.
    pub fn met(&self) -> usize {
        self.routes.iter().filter(|route| route.met).count()
    }

    /// The share of routes that were met, in whole percent, rounded down; 100 where there is no route.
    pub fn percent(&self) -> u8 {
        let percent = (self.met() * 100).checked_div(self.routes.len());
        percent
            .and_then(|percent| u8::try_from(percent).ok())
            .unwrap_or(100)
    }
}
