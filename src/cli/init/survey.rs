//! What the manifests are like: classes, dialects, Secrets, and which resolver knows which servers.
//!
//! In: manifests that have been read. Out: a [`Survey`]. The compiler itself is asked, with one resolver at a time, so that what is
//! promised here is what `compile` does.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;

use crate::annotations::{
    MapFormat, Settings as Annotations, is_of_tcp_ingress, tcp_candidates, unnamed_config_maps,
};
use crate::cli::journey::Journey;
use crate::ir::{Address, ClusterDns, Fqdn, Nameserver, Nodes, Resolver, Routing, Target};
use crate::lower::{self, EndpointSettings, Selection, class_written};
use crate::manifest::{Annotation, Ingress, Kind, Manifests, ObjectName, ServiceType};
use crate::source::{Origin, Sourced};

/// The keys of HAProxy Ingress that are translated, and what its others begin with.
pub(super) const TCP_SERVICE: &str = "haproxy-ingress.github.io/tcp-service-port";
const COMMUNITY: &str = "haproxy-ingress.github.io/";

/// The annotations of the known controllers, each by what its keys begin with.
const DIALECTS: [&str; 6] = [
    "haproxy.org/",
    TCP_SERVICE,
    COMMUNITY,
    "ingress.kubernetes.io/",
    "nginx.ingress.kubernetes.io/",
    "traefik.ingress.kubernetes.io/",
];

/// The ways out for Service ports that nobody knows, the usual ones first. ExternalName Services have theirs.
const WAYS: [Resolver; 8] = [
    Resolver::NodePort,
    Resolver::LoadBalancer,
    Resolver::Slices,
    Resolver::Dns,
    Resolver::HostPort,
    Resolver::ExternalIps,
    Resolver::ClusterIp,
    Resolver::Inventory,
];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The classes that have to be listed, because none of those that are there is taken otherwise.
    pub(super) classes: Option<Vec<String>>,
    /// The Ingresses that are taken then, and those that are not.
    pub(super) selection: Selection,
    /// IngressClass objects.
    pub(super) class_objects: usize,
    /// The one that Ingresses without a class get.
    pub(super) default_class: Option<String>,
    /// How many objects have annotations of a dialect, by kind.
    pub(super) dialects: BTreeMap<&'static str, BTreeMap<Kind, usize>>,
    /// The Service ports that routes lead to, by the resolver that knows them; `Placeholder` stands for none.
    pub(super) resolved: BTreeMap<Resolver, Vec<String>>,
    /// How many routes are closed, whatever the reason.
    pub(super) closed: usize,
    /// How many of those that nobody knows each resolver would know, if it were asked and had what it needs.
    pub(super) candidates: Vec<Candidate>,
    /// ConfigMaps that look like the controller's.
    pub(super) config_maps: Vec<ObjectName>,
    /// ConfigMaps that list TCP services, and whose they are, where that can be told.
    pub(super) tcp_maps: Vec<(ObjectName, Option<MapFormat>)>,
    /// Nodes among the manifests.
    pub(super) nodes: usize,
    /// Secrets that are named for TLS and are not there; with the kind of object that announces one, where there is one.
    pub(super) secrets: BTreeMap<ObjectName, Option<String>>,
}

/// A resolver that would know some of the Service ports that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) resolver: Resolver,
    pub(super) ports: usize,
    /// It needs nothing but to be listed in `endpoints.order`.
    pub(super) ready: bool,
}

/// The classes to list when no Ingress is of a class that is taken by default. Those whose IngressClass names another controller
/// are somebody else's.
pub(super) fn unknown_classes(journey: &Journey) -> Option<Vec<String>> {
    if journey.selection.selected > 0 {
        return None;
    }
    let foreign: BTreeSet<&str> = journey
        .manifests()
        .flat_map(|manifests| manifests.classes.keys())
        .map(|class| class.name.as_str())
        .collect();
    let classes: Vec<String> = journey
        .selection
        .skipped
        .keys()
        .filter(|class| !foreign.contains(class.as_str()) && is_name(class))
        .cloned()
        .collect();
    (!classes.is_empty()).then_some(classes)
}

/// The ConfigMaps that list TCP services: `compile` reads them when the configuration names them.
pub(super) fn tcp_maps(journey: &Journey, settings: &Annotations) -> Vec<Sourced<ObjectName>> {
    let manifests = journey.manifests();
    let maps = manifests.flat_map(|manifests| tcp_candidates(manifests, settings));
    let names = maps.map(|(map, _)| Sourced::new(map.meta.name.clone(), map.meta.origin));
    names
        .filter(|name| is_name(&name.value.namespace) && is_name(&name.value.name))
        .collect()
}

/// Whether `text` is a DNS subdomain, as names of objects are. No other text of a manifest gets into a file of ours.
pub(super) fn is_name(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    !text.is_empty() && text.len() <= 253 && text.bytes().all(legal)
}

/// Looks at everything that was read.
pub(super) fn survey(
    journey: &Journey,
    settings: &lower::Settings,
    classes: Option<Vec<String>>,
) -> Survey {
    let mut survey = Survey {
        classes,
        selection: journey.selection.clone(),
        ..Survey::default()
    };
    for manifests in journey.manifests() {
        survey.class_objects += manifests.classes.len();
        survey.nodes += manifests.nodes.len();
        survey.default_class = manifests
            .classes
            .values()
            .find(|class| class.is_default.is_some())
            .map(|class| class.meta.name.name.clone());
        let config_maps = unnamed_config_maps(manifests, &settings.annotations);
        let config_maps = config_maps.map(|map| map.meta.name.clone());
        survey.config_maps.extend(config_maps);
        let tcp_maps = tcp_candidates(manifests, &settings.annotations);
        let tcp_maps = tcp_maps.map(|(map, format)| (map.meta.name.clone(), format));
        survey.tcp_maps.extend(tcp_maps);
        survey.dialects(manifests);
        survey.secrets(manifests);
        survey.servers(&journey.routing, manifests, settings);
    }
    survey
}

impl Survey {
    /// How many Service ports routes lead to, and how many of them nobody knows.
    pub(super) fn unresolved(&self) -> &[String] {
        self.resolved
            .get(&Resolver::Placeholder)
            .map_or(&[], Vec::as_slice)
    }

    fn dialects(&mut self, manifests: &Manifests) {
        let mut count = |kind, annotations: &[Annotation]| {
            for dialect in DIALECTS {
                // What belongs to a TCP port is read.
                let is_other = |key: &str| {
                    dialect != COMMUNITY
                        || !key.strip_prefix(COMMUNITY).is_some_and(is_of_tcp_ingress)
                };
                if annotations
                    .iter()
                    .any(|one| one.key.starts_with(dialect) && is_other(&one.key))
                {
                    *self
                        .dialects
                        .entry(dialect)
                        .or_default()
                        .entry(kind)
                        .or_default() += 1;
                }
            }
        };
        for ingress in manifests.ingresses.values() {
            count(Kind::Ingress, &ingress.meta.annotations);
        }
        for service in manifests.services.values() {
            count(Kind::Service, &service.meta.annotations);
        }
    }

    fn secrets(&mut self, manifests: &Manifests) {
        for ingress in manifests.ingresses.values() {
            let class = class_written(ingress)
                .or(self.default_class.as_deref())
                .unwrap_or_default();
            if self.selection.taken.contains_key(class) {
                let missing = missing(ingress, manifests);
                self.secrets.extend(missing);
            }
        }
    }

    fn servers(&mut self, routing: &Routing, manifests: &Manifests, settings: &lower::Settings) {
        let mut origin = None;
        let rules = routing.hosts.iter().flat_map(|host| &host.rules);
        let closed = rules.filter(|rule| rule.claim.target == Target::Closed);
        self.closed = closed.count();
        for backend in routing.backends.values() {
            origin.get_or_insert(backend.origin);
            let resolvers: BTreeSet<Resolver> = backend
                .servers
                .iter()
                .map(|server| server.resolver)
                .collect();
            // An answer without servers is one of slices: a Service without pods.
            let resolver = resolvers.first().copied().unwrap_or(Resolver::Slices);
            let port = backend.service.to_string();
            self.resolved.entry(resolver).or_default().push(port);
        }
        for ports in self.resolved.values_mut() {
            ports.sort();
        }
        let Some(origin) = origin.filter(|_| !self.unresolved().is_empty()) else {
            return;
        };
        let unknown: BTreeSet<String> = self.unresolved().iter().cloned().collect();
        let asked = |endpoints| {
            let settings = lower::Settings {
                endpoints,
                ..settings.clone()
            };
            let routing = lower::lower(manifests, &settings).routing;
            let backends = routing.backends.values();
            backends
                .filter(|backend| unknown.contains(&backend.service.to_string()))
                .filter(|backend| {
                    let mut servers = backend.servers.iter();
                    servers.any(|server| server.resolver != Resolver::Placeholder)
                })
                .count()
        };
        // Only an export tells the addresses of load balancers.
        let balanced = routing.backends.values().filter(|backend| {
            let service = &backend.service;
            let name = ObjectName::new(&service.namespace, &service.name);
            let service = manifests.services.get(&name);
            service.is_some_and(|service| service.kind == ServiceType::LoadBalancer)
                && unknown.contains(&backend.service.to_string())
        });
        let balanced = balanced.count();
        let mut candidates = Vec::new();
        for resolver in WAYS {
            let alone = EndpointSettings {
                order: vec![resolver],
                ..settings.endpoints.clone()
            };
            let candidate = |ports, ready| Candidate {
                resolver,
                ports,
                ready,
            };
            candidates.push(match resolver {
                // They know whatever somebody writes down or exports.
                Resolver::Inventory | Resolver::Slices => candidate(unknown.len(), false),
                Resolver::LoadBalancer => candidate(balanced, false),
                _ => match asked(alone.clone()) {
                    0 => candidate(asked(supplied(alone, origin)), false),
                    ports => candidate(ports, true),
                },
            });
        }
        candidates.retain(|candidate| candidate.ports > 0);
        self.candidates = candidates;
    }
}

/// As if the nodes and the cluster's DNS were configured.
fn supplied(settings: EndpointSettings, origin: Origin) -> EndpointSettings {
    let somebody = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let dns = Fqdn::new("cluster.local").ok().map(|domain| ClusterDns {
        nameservers: vec![Nameserver {
            tcp: false,
            address: SocketAddr::new(somebody, 53),
        }],
        domain,
        slots: NonZeroU16::MIN,
    });
    EndpointSettings {
        nodes: Nodes::List(vec![Sourced {
            value: Address::Ip(somebody),
            origin,
        }]),
        dns,
        ..settings
    }
}

/// The Secrets that an Ingress names for TLS and that are not there.
fn missing<'m>(
    ingress: &'m Ingress,
    manifests: &'m Manifests,
) -> impl Iterator<Item = (ObjectName, Option<String>)> + 'm {
    let namespace = &ingress.meta.name.namespace;
    let named = ingress
        .tls
        .iter()
        .filter_map(|entry| entry.secret_name.as_ref());
    named
        .map(move |name| ObjectName::new(namespace, &name.value))
        .filter(|name| !manifests.secrets.contains_key(name))
        .map(|name| {
            let promised = manifests.promised_secrets.get(&name).cloned();
            (name, promised)
        })
}
