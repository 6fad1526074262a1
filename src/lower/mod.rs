//! Manifests into the routing model: which Ingresses count, what they claim, who answers.
//!
//! In: [`Manifests`] and [`Settings`]. Out: a [`Routing`](ir::Routing) that cannot hold an illegal value, what was selected, and findings.
//! Nothing here stops at a problem: a route that cannot be honoured is closed (503) or left out, and a finding says so.

mod backend;
mod certificates;
mod class;
mod cookies;
mod default_service;
mod endpoints;
mod host_id;
mod merge;
mod overlap;
mod reached;
mod redirects;
mod rules;
mod shorten;
mod spelling;
mod suggest;
mod tcp;
#[cfg(test)]
pub(crate) mod testing;
mod tls;
mod unite;

use std::collections::{BTreeMap, HashSet};

pub(crate) use class::{selected, written as class_written};
pub(crate) use endpoints::without_service;
pub use endpoints::{Inventory, Settings as EndpointSettings};
pub(crate) use reached::drop_unbound;
pub(crate) use redirects::{without_certificate, without_listener};
pub(crate) use shorten::shorten;
pub(crate) use suggest::nearest;
pub use tcp::Settings as TcpSettings;
pub(crate) use tcp::{cut_by_reloads, unanswered, without_config_map, without_default};
pub use unite::{Part, unite};

use rayon::prelude::*;

use crate::annotations;
use crate::certificate::Keyring;
use crate::finding::Finding;
use crate::ir;
use crate::manifest::{Ingress, Manifests, ObjectName};

/// What the user decided about the lowering.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The classes that are ours; `""` takes Ingresses without a class. `None`: every class whose controller we know
    /// how to read, and Ingresses without a class.
    pub classes: Option<Vec<String>>,
    /// Where HAProxy listens; handed through.
    pub listeners: ir::Listeners,
    /// Secrets that lie as a PEM file on HAProxy's host: absolute paths.
    pub certificate_files: BTreeMap<ObjectName, String>,
    /// The Secret that answers names without a certificate of their own.
    pub default_certificate: Option<ObjectName>,
    /// Which ports are exposed besides those that annotations of Services name.
    pub tcp: TcpSettings,
    /// How annotations are read.
    pub annotations: annotations::Settings,
    /// How servers are found.
    pub endpoints: endpoints::Settings,
    /// The day for which certificates and slices are judged, in Unix seconds. `None`: nobody asks how old they are.
    pub now: Option<i64>,
}

/// What the lowering makes of the manifests.
#[derive(Debug)]
pub struct Lowered {
    /// What HAProxy is to do.
    pub routing: ir::Routing,
    /// Which Ingresses counted.
    pub selection: Selection,
    /// What is to be said, in the order in which it was found.
    pub findings: Vec<Finding>,
}

/// How many Ingresses counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Ingresses of a selected class.
    pub selected: usize,
    /// The same, by class; `""` stands for none.
    pub taken: BTreeMap<String, usize>,
    /// The others, by class; `""` stands for none.
    pub skipped: BTreeMap<String, usize>,
    /// TCP listeners that are asked for.
    pub exposed: usize,
}

impl Selection {
    /// Counts those of another cluster, too.
    pub(crate) fn add(&mut self, other: Self) {
        self.selected += other.selected;
        self.exposed += other.exposed;
        for (class, count) in other.taken {
            *self.taken.entry(class).or_insert(0) += count;
        }
        for (class, count) in other.skipped {
            *self.skipped.entry(class).or_insert(0) += count;
        }
    }
}

/// Lowers `manifests`. First come, first served: by namespace, name, rule and path, never by the order of files.
pub fn lower(manifests: &Manifests, settings: &Settings) -> Lowered {
    let mut findings = Vec::new();
    let (ingresses, mut selection) = class::select(manifests, settings, &mut findings);
    let keyring = Keyring {
        manifests,
        files: &settings.certificate_files,
        now: settings.now,
        judging: settings.endpoints.placeholders,
    };
    let resources = annotations::expand_all(manifests);
    let installation =
        annotations::Installation::new(&settings.annotations, &resources, keyring, &mut findings);
    let (global, closed, said) = annotations::global(&installation);
    findings.extend(said);
    let default = tls::default_certificate(settings, &global, &mut findings);
    let is_tcp = |ingress: &&Ingress| annotations::is_tcp(ingress, &settings.annotations);
    let (ports, ingresses): (Vec<_>, Vec<_>) = ingresses.into_iter().partition(is_tcp);
    let ports = tcp::Asking {
        ingresses: &ports,
        default: default.as_ref().map(|default| &default.name),
    };
    // Certificates are read beside the routes: neither asks the other anything.
    let ((mut routing, said), (certificates, said_of_tls)) = rayon::join(
        || route(&ingresses, &ports, settings, &installation, &global),
        || certificates::bind(&ingresses, &keyring, default.as_ref()),
    );
    findings.extend(said);
    findings.extend(said_of_tls);
    selection.exposed = routing.tcp.len();
    routing.listeners = settings.listeners.clone();
    routing.certificates = certificates;
    routing.global = global;
    findings.extend(cookies::shared(&routing));
    findings.extend(tls::in_clear(&routing));
    findings.extend(tls::unasked(&mut routing));
    routing.global.closed = closed;
    if closed {
        close(&mut routing);
    }
    Lowered {
        routing,
        selection,
        findings,
    }
}

/// Hosts, paths, backends and servers.
fn route<'m>(
    ingresses: &[&'m Ingress],
    ports: &tcp::Asking<'_, 'm>,
    settings: &'m Settings,
    installation: &annotations::Installation<'m>,
    global: &ir::Global,
) -> (ir::Routing, Vec<Finding>) {
    let mut findings = Vec::new();
    let manifests = installation.manifests();
    let world = backend::World::new(manifests, &settings.endpoints, settings.now);
    // Namespaces are read side by side: nothing in one of them leads into another.
    let namespaces: Vec<_> = ingresses
        .chunk_by(|a, b| a.meta.name.namespace == b.meta.name.namespace)
        .collect();
    let read = |ingresses: &&[&'m Ingress]| {
        let mut findings = Vec::new();
        let policies = annotations::Policies::new(installation);
        let mut backends = backend::Backends::new(&world, policies);
        let claims = rules::read(
            ingresses,
            settings.annotations.profile,
            &mut backends,
            &mut findings,
        );
        let services = backends.services();
        let (backends, policies, said) = backends.finish();
        findings.extend(said);
        (claims, backends, policies, services, findings)
    };
    let read: Vec<_> = namespaces.par_iter().map(read).collect();

    let mut claims = rules::Claims::default();
    // Thousands of them: to grow by halves would move all again and again, and leave a third of the room empty.
    let wishes = read.iter().map(|(claims, ..)| claims.wishes.len()).sum();
    let backends = read.iter().map(|(_, backends, ..)| backends.len()).sum();
    let services = read.iter().map(|(.., services, _)| services.len()).sum();
    claims.wishes.reserve_exact(wishes);
    let (mut named, mut policies) = (Vec::with_capacity(backends), BTreeMap::new());
    let mut known = HashSet::with_capacity(services);
    for (later, backends, sections, services, said) in read {
        known.extend(services);
        // Of those that several namespaces have, the first one's places are shown.
        for (name, section) in sections {
            policies.entry(name).or_insert(section);
        }
        claims.append(later);
        named.extend(backends);
        findings.extend(said);
    }
    let (mut routing, said) = merge::merge(claims, class::Classes::new(manifests, settings));
    findings.extend(said);
    if let Some(service) = &global.default_service {
        let mut backends = backend::Backends::new(&world, annotations::Policies::new(installation));
        let origin = global.origins.get(&ir::Field::DefaultBackend).copied();
        let asked = default_service::Ask {
            service,
            origin,
            config_map: settings.annotations.config_map.as_ref(),
        };
        default_service::add(
            &asked,
            manifests,
            &mut backends,
            &mut routing,
            &mut findings,
        );
        known.extend(backends.services());
        let (backends, sections, said) = backends.finish();
        named.extend(backends);
        for (name, section) in sections {
            policies.entry(name).or_insert(section);
        }
        findings.extend(said);
        named.sort_by(|a, b| a.name.cmp(&b.name));
        named.dedup_by(|a, b| a.name == b.name);
    }
    let mut backends = backend::Backends::new(&world, annotations::Policies::new(installation));
    (routing.tcp, routing.tcp_asked) =
        tcp::listeners(installation, settings, ports, &mut backends, &mut findings);
    let exposed: HashSet<_> = backends.exposed().into_iter().collect();
    findings.extend(annotations::unheard(installation, &known, &exposed));
    known.extend(backends.services());
    let (ports, sections, said) = backends.finish();
    named.extend(ports);
    for (name, section) in sections {
        policies.entry(name).or_insert(section);
    }
    findings.extend(said);
    annotations::retell(installation, &exposed, &mut findings);
    findings.extend(annotations::unrouted(installation, &known));
    findings.extend(endpoints::orphans(manifests));
    // HAProxy would check the servers of a backend that only losing rules name, and never ask them.
    let reached = reached::backends(&routing, |_| true);
    named.retain(|backend| reached.contains(&backend.name));
    findings.extend(world.finish(&named));
    let in_use = reached::policies(&routing, &named);
    policies.retain(|name, _| in_use.contains(name));
    routing.policies = policies;
    routing.resolvers = resolvers(&named, &settings.endpoints);
    routing.backends = named
        .into_iter()
        .map(|backend| (backend.name.clone(), backend))
        .collect();
    (routing, findings)
}

/// Takes the HTTP listeners away where there is nothing to route: a host of TCP services has no other port open than theirs.
pub(crate) fn only_declared(routing: &mut ir::Routing) {
    if !routing.tcp.is_empty() && !routing.is_routed() {
        routing.listeners = ir::Listeners::default();
    }
}

/// Closes every route: a setting that protects all of them cannot be honoured.
fn close(routing: &mut ir::Routing) {
    let rules = routing.hosts.iter_mut().flat_map(|host| &mut host.rules);
    let claims = rules.chain(&mut routing.any_host).map(|rule| {
        rule.alternatives.clear();
        &mut rule.claim
    });
    let through = routing.passthrough.values_mut();
    for claim in claims.chain(through).chain(&mut routing.default) {
        claim.target = ir::Target::Closed;
    }
    let listeners = routing.tcp.iter_mut();
    for target in listeners.flat_map(ir::TcpListener::targets_mut) {
        *target = ir::Target::Closed;
    }
}

/// The DNS servers that some server's name is asked of.
fn resolvers(
    backends: &[ir::Backend],
    settings: &endpoints::Settings,
) -> BTreeMap<ir::ResolversName, ir::Resolvers> {
    let servers = backends.iter().flat_map(|backend| &backend.servers);
    let cluster = settings.cluster.as_ref();
    let section = |name: &ir::ResolversName| {
        let nameservers = match &settings.dns {
            Some(dns) if *name == ir::ResolversName::dns(cluster) => dns.nameservers.clone(),
            _ if *name == ir::ResolversName::names(cluster) => settings.nameservers.clone(),
            _ => Vec::new(),
        };
        (name.clone(), ir::Resolvers { nameservers })
    };
    servers
        .filter_map(|server| server.resolvers.as_ref())
        .map(section)
        .collect()
}
