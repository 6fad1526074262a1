//! Several clusters behind one edge: their routings into one.
//!
//! In: the routing of each cluster. Out: one routing in which a route that several clusters have is answered by the servers of all
//! of them, by weight or as backups, and findings about what they disagree on. What only some clusters have is answered by those
//! alone. The clusters are one edge then, as one cluster with all their Ingresses would be: a host that one of them names decides
//! alone, and the longest path of it wins, whoever it is from.

mod backends;
mod certificates;
mod client_tls;
mod globals;
mod listeners;
mod precedence;
mod routes;
mod spread;
mod weights;

use std::collections::{BTreeMap, BTreeSet};

use self::backends::Backends;
use self::routes::Routes;
use crate::finding::Finding;
use crate::ir::{
    Backend, BackendName, ClusterName, Global, Resolvers, ResolversName, Routing, Weight,
};

/// One cluster's routing.
#[derive(Debug)]
pub struct Part {
    /// The cluster.
    pub name: ClusterName,
    /// Its share of the requests, however many servers it has. Where any cluster has one, those without have 100.
    pub weight: Option<Weight>,
    /// Whether it only stands in for the others.
    pub backup: bool,
    /// What it would do alone.
    pub routing: Routing,
}

/// A cluster without its routing.
#[derive(Debug)]
struct Member {
    name: ClusterName,
    weight: Option<Weight>,
    backup: bool,
}

/// The place of a cluster among the members: those that are no backups first, then by name. Where only one of several can be
/// taken, it is the one with the lowest rank.
type Rank = u16;

/// Unites the clusters. The order of `parts` makes no difference.
pub fn unite(mut parts: Vec<Part>) -> (Routing, Vec<Finding>) {
    parts.sort_by(|a, b| (a.backup, &a.name).cmp(&(b.backup, &b.name)));
    let mut united = Routing::default();
    let (mut members, mut own, mut certificates) = (Vec::new(), Vec::new(), Vec::new());
    let mut routes = Routes::default();
    let mut exposed = Vec::new();
    let mut globals = Vec::new();
    let mut resolvers: BTreeMap<ResolversName, Resolvers> = BTreeMap::new();
    for (rank, part) in (0..).zip(parts) {
        let Routing {
            listeners,
            hosts,
            any_host,
            passthrough,
            default,
            tcp,
            tcp_asked,
            backends,
            resolvers: asked,
            certificates: files,
            policies,
            global,
        } = part.routing;
        if rank == 0 {
            united.listeners = listeners;
        }
        globals.push(global);
        routes.add(rank, hosts, any_host, passthrough, default);
        exposed.extend(tcp.into_iter().map(|listener| (rank, listener)));
        united.tcp_asked.extend(tcp_asked);
        resolvers.extend(asked);
        for (name, section) in policies {
            united.policies.entry(name).or_insert(section);
        }
        own.push(backends);
        certificates.push(files);
        members.push(Member {
            name: part.name,
            weight: part.weight,
            backup: part.backup,
        });
    }
    let mut backends = Backends::new(&members, own);
    let mut findings = routes.unite(&members, &mut backends, &mut united);
    findings.extend(listeners::unite(
        &members,
        exposed,
        &mut backends,
        &mut united,
    ));
    let (made, said) = backends.finish();
    united.backends = made;
    findings.extend(said);
    let (certificates, said) = certificates::unite(&members, certificates);
    united.certificates = certificates;
    findings.extend(said);
    let (global, said) = globals::unite(&members, &globals);
    united.global = global;
    findings.extend(said);
    let others: Vec<(Rank, Global)> = (0..).zip(globals).skip(1).collect();
    findings.extend(client_tls::unite(&members, &others, &mut united));
    let used = used_resolvers(&united.backends);
    resolvers.retain(|name, _| used.contains(name));
    united.resolvers = resolvers;
    (united, findings)
}

/// The DNS servers that some server's name is asked of.
fn used_resolvers(backends: &BTreeMap<BackendName, Backend>) -> BTreeSet<&ResolversName> {
    let servers = backends.values().flat_map(|backend| &backend.servers);
    servers
        .filter_map(|server| server.resolvers.as_ref())
        .collect()
}

#[cfg(test)]
mod tests;
