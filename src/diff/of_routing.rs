//! The routing as a [`View`].

mod certificates;
mod settings;
mod tcp;

pub(super) use certificates::parts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facet::Facet;
use super::fact::{Fact, Facts};
use super::policy::{self, Said};
use super::view::{Answer, BackendView, Place, RouteKey, RouteView, View};
use crate::emit;
use crate::ir::{
    Backend, BackendName, Check, Claim, HealthCheck, PathRule, PolicyName, Resolver, Routing,
    Server, ServerProtocol, Target,
};
use crate::source::{Origin, Sources};

/// Reads a routing, and what the configuration says about the host.
pub fn view(routing: Routing, sources: &Sources, settings: &emit::Settings) -> View {
    let reader = Reader {
        routing: &routing,
        sources,
        facts: routing
            .policies
            .iter()
            .map(|(name, section)| (name, Arc::new(policy::facts(&section.policy))))
            .collect(),
        nothing: Arc::default(),
    };
    let mut view = View::default();
    reader.hosts(&mut view);
    reader.tcp(&mut view);
    reader.backends(&mut view);
    reader.certificates(&mut view);
    reader.settings(&mut view, settings);
    view.routing = routing;
    view
}

struct Reader<'r> {
    routing: &'r Routing,
    sources: &'r Sources,
    /// Once for each policy, however many routes have it.
    facts: BTreeMap<&'r PolicyName, Arc<Facts>>,
    nothing: Arc<Facts>,
}

impl Reader<'_> {
    fn place(&self, origin: Origin) -> Place {
        Place {
            file: self.sources.file(origin.file).name.clone(),
            line: self.sources.position(origin).line,
        }
    }

    fn hosts(&self, view: &mut View) {
        let hosts = self.routing.hosts.iter();
        let hosts = hosts.map(|host| (host.pattern.to_string(), &host.rules));
        for (host, rules) in hosts.chain([(String::new(), &self.routing.any_host)]) {
            for rule in rules {
                self.rule(view, &host, rule);
            }
        }
        for (host, claim) in &self.routing.passthrough {
            let key = RouteKey::Tls {
                host: host.to_string(),
            };
            view.routes.insert(key, self.route(claim));
        }
        if let Some(claim) = &self.routing.default {
            view.routes.insert(RouteKey::Default, self.route(claim));
        }
    }

    fn rule(&self, view: &mut View, host: &str, rule: &PathRule) {
        let alternatives = rule.alternatives.iter();
        let conditional = alternatives.map(|it| (it.condition.value.to_string(), &it.claim));
        for (condition, claim) in conditional.chain([(String::new(), &rule.claim)]) {
            // It stands for no route of its own.
            if claim.target == Target::Next {
                continue;
            }
            let key = path_key(host, rule, condition);
            // Of two alternatives with one condition, the first one holds.
            view.routes.entry(key).or_insert_with(|| self.route(claim));
        }
    }

    fn route(&self, claim: &Claim) -> RouteView {
        let name = self.policy_of(&claim.target);
        let facts = name.and_then(|name| self.facts.get(name));
        let settings = claim.settings.iter().flat_map(|settings| settings.iter());
        let own = settings.map(|setting| (setting.field, setting.value.origin));
        let section = name.and_then(|name| self.routing.policies.get(name));
        let shared = section.iter().flat_map(|section| &section.origins);
        // What stands at the route counts before what stands at the first route with the same policy.
        let mut origins: BTreeMap<_, Origin> = shared.map(|(field, at)| (*field, *at)).collect();
        origins.extend(own);
        let said: BTreeSet<Facet> = facts
            .iter()
            .flat_map(|facts| facts.keys().map(|(facet, _)| *facet))
            .collect();
        let places = said.into_iter().filter_map(|facet| {
            let origin = origins.get(&facet.field()?)?;
            Some((facet, self.place(*origin)))
        });
        RouteView {
            answer: self.answer(&claim.target),
            facts: facts.unwrap_or(&self.nothing).clone(),
            places: Arc::new(places.collect()),
            place: Some(self.place(claim.origin)),
        }
    }

    fn policy_of<'t>(&'t self, target: &'t Target) -> Option<&'t PolicyName> {
        match target {
            Target::Backend(name) => self.routing.backends.get(name)?.policy.as_ref(),
            Target::Misdirected(name) => name.as_ref(),
            Target::Closed | Target::Next => None,
        }
    }

    fn answer(&self, target: &Target) -> Answer {
        answer(self.routing, target)
    }

    fn backends(&self, view: &mut View) {
        for backend in self.routing.backends.values() {
            let name = backend.name.without_policy().as_str().to_owned();
            let entry = view.backends.entry(name);
            let read = entry.or_insert_with(|| self.backend(backend));
            // Each policy may give DNS another number of slots.
            for server in &backend.servers {
                let (address, said) = words(server);
                let known = read.servers.entry(address).or_default();
                if *known < said {
                    *known = said;
                }
            }
        }
    }

    fn backend(&self, backend: &Backend) -> BackendView {
        let mut said = Said::default();
        let protocol = match backend.protocol {
            ServerProtocol::Http1 | ServerProtocol::Tcp => None,
            ServerProtocol::H2c => Some("HTTP/2 in clear"),
            ServerProtocol::Https => {
                said.say(Facet::ServerTls, Fact::words(""));
                None
            }
        };
        said.maybe(Facet::ServerProtocol, protocol);
        if let HealthCheck::Http(path) = &backend.health {
            said.say(Facet::Check, Fact::words(format!("GET {path}")));
        }
        let remembered = backend.client_ip_affinity;
        said.maybe(Facet::Affinity, remembered.map(|time| format!("{time}s")));
        let backup = backend.backup.as_ref();
        said.maybe(Facet::Backup, backup.map(|backup| &backup.value));
        BackendView {
            shown: shown(backend),
            facts: said.0,
            servers: BTreeMap::new(),
            place: Some(self.place(backend.origin)),
        }
    }
}

/// Who answers.
pub(super) fn answer(routing: &Routing, target: &Target) -> Answer {
    match target {
        Target::Backend(name) => match routing.backends.get(name) {
            Some(backend) => Answer::Service {
                backend: name.without_policy().as_str().to_owned(),
                shown: shown(backend),
            },
            None => Answer::Closed,
        },
        Target::Closed => Answer::Closed,
        Target::Next => Answer::NotFound,
        Target::Misdirected(_) => Answer::Misdirected,
    }
}

/// The key of a rule, or of one of its alternatives.
pub(super) fn path_key(host: &str, rule: &PathRule, condition: String) -> RouteKey {
    RouteKey::Path {
        host: host.to_owned(),
        path: rule.path.text().to_owned(),
        kind: rule.path.kind(),
        condition,
    }
}

/// The Service port, and the clusters that it is in where not all are.
fn shown(backend: &Backend) -> String {
    let clusters = clusters(&backend.name);
    if clusters.is_empty() {
        backend.service.to_string()
    } else {
        format!("{} in {clusters}", backend.service)
    }
}

/// The clusters in the name of a backend: behind the port, which has no dot.
fn clusters(name: &BackendName) -> String {
    let name = name.without_policy();
    let port = name.as_str().rsplit('_').next().unwrap_or_default();
    match port.split_once('.') {
        Some((_, clusters)) => clusters.replace('.', ", "),
        None => String::new(),
    }
}

/// The address of a server, and what else is said about it.
fn words(server: &Server) -> (String, String) {
    let mut said = Vec::new();
    if let Some(weight) = server.weight {
        said.push(format!("weight {weight}"));
    }
    if server.backup {
        said.push("backup".to_owned());
    }
    match server.check {
        Check::Here => {}
        Check::At(port) => said.push(format!("checked on port {port}")),
        Check::Off => said.push("not checked".to_owned()),
    }
    if let Some(slots) = server.slots {
        said.push(format!("up to {slots}"));
    }
    let address = match (&server.endpoint.address, server.resolver) {
        (_, Resolver::Placeholder) => "(servers not known here)".to_owned(),
        (crate::ir::Address::Service(record), _) => record.to_string(),
        (crate::ir::Address::Ip(ip), _) => {
            std::net::SocketAddr::new(*ip, server.endpoint.port.get()).to_string()
        }
        (crate::ir::Address::Name(name), _) => format!("{name}:{}", server.endpoint.port),
    };
    let cluster = server.cluster.as_ref().map(|name| format!("{name}/"));
    (
        format!("{}{address}", cluster.unwrap_or_default()),
        said.join(", "),
    )
}
