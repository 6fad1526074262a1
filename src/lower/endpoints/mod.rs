//! From a Service port to servers: the resolvers, asked in order until one answers.
//!
//! In: the Service port, and everything that resolvers look into. Out: servers, each address and port once, sorted by name. When
//! nobody answers, a finding says what each of them lacked, and the backend has no servers. There is no silent way out: an
//! address that only the cluster can reach would look like one that works.

mod about;
mod address;
mod affinity;
mod cluster_ip;
mod cluster_names;
mod dns;
mod external_ips;
mod external_name;
mod gather;
mod host_port;
mod inventory;
mod load_balancer;
mod node_port;
mod nodes;
mod order;
mod settings;
mod slices;
mod stale;
mod unresolved;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;

pub(super) use self::about::orphans;
use self::host_port::HostPorts;
pub use self::inventory::Inventory;
use self::nodes::NodePool;
pub(crate) use self::order::without_service;
pub use self::settings::Settings;
use self::slices::SliceIndex;
use crate::finding::Finding;
use crate::ir::{Address, Backend, Endpoint, HealthCheck, Port, Resolver, ResolversName, Server};
use crate::manifest::{Manifests, ObjectName, Service, ServicePort};
use crate::source::{Origin, Sourced};

/// What all Services of a cluster are looked up in.
pub(super) struct Directory<'m> {
    manifests: &'m Manifests,
    settings: &'m Settings,
    slices: SliceIndex<'m>,
    /// The day for which the input is judged, in Unix seconds.
    now: Option<i64>,
    /// Made when the first Service asks.
    nodes: OnceLock<NodePool<'m>>,
    /// Made when the first Service asks.
    host_ports: OnceLock<HostPorts<'m>>,
}

impl<'m> Directory<'m> {
    /// Indexes what is asked for often.
    pub(super) fn new(manifests: &'m Manifests, settings: &'m Settings, now: Option<i64>) -> Self {
        Self {
            now,
            manifests,
            settings,
            slices: slices::by_service(manifests),
            nodes: OnceLock::new(),
            host_ports: OnceLock::new(),
        }
    }

    /// The workloads by the labels of their pods.
    fn host_ports(&self) -> &HostPorts<'m> {
        self.host_ports
            .get_or_init(|| HostPorts::new(&self.manifests.workloads))
    }

    /// What can be said when all routes are known: about nodes, and about what nobody asked for. `backends` are those that some
    /// rule reaches.
    pub(super) fn finish(&self, backends: &[Backend]) -> Vec<Finding> {
        let mut findings = self.nodes.get().map_or_else(Vec::new, NodePool::findings);
        stale::look(self, backends, &mut findings);
        node_port::taken_twice(backends, &mut findings);
        inventory::left_over(self, backends, &mut findings);
        findings
    }
}

/// A Service port, for which servers are wanted.
pub(super) struct Ask<'a, 'm> {
    pub(super) service: &'m Service,
    /// The number of the port.
    pub(super) number: Port,
    /// `None` for an ExternalName Service that does not declare it.
    pub(super) port: Option<&'m ServicePort>,
    pub(super) directory: &'a Directory<'m>,
    /// What the servers are for.
    pub(super) purpose: Purpose<'a>,
    /// Asked only to learn whether it would answer: what it looks into is not used.
    pub(super) trial: bool,
}

/// What the servers of a Service port are for. It makes no difference to which ones are found, only to what is said where there are
/// none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose<'a> {
    /// To answer requests.
    Requests,
    /// To take connections as they come, so that nobody can be answered 503.
    Connections,
    /// To stand in for those of this Service.
    Backup(&'a ObjectName),
}

/// What a resolver says.
enum Answer {
    /// The servers; perhaps none, when that is what it knows.
    Found(Found),
    /// It knows nothing; why, to follow "resolver: ".
    Lacking(String),
    /// The same, with a finding that tells more than that nobody answered. It is shown when nobody does.
    Broken(String, Finding),
}

/// Where the servers of a Service port are.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) servers: Vec<Located>,
    pub(super) health: HealthCheck,
    pub(super) client_ip_affinity: Option<u32>,
}

/// A server and the zone that it is in, where that is known.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) server: Server,
    pub(super) zone: Option<Box<str>>,
}

impl<'m> Ask<'_, 'm> {
    /// The nodes that requests can be sent to.
    fn nodes(&self) -> &NodePool<'m> {
        let directory = self.directory;
        let make = || NodePool::new(directory.manifests, &directory.settings.nodes);
        let nodes = directory.nodes.get_or_init(make);
        if !self.trial {
            nodes.use_them();
        }
        nodes
    }

    /// A server of this Service, for the resolvers to fill in what they know besides.
    fn server(&self, endpoint: Endpoint, resolver: Resolver, origin: Origin) -> Server {
        let mut server = Server::new(endpoint, resolver, origin);
        let settings = self.directory.settings;
        let cluster = settings.cluster.as_ref();
        if self.is_of_cluster(&server.endpoint.address) {
            server.resolvers = Some(ResolversName::dns(cluster));
        } else if server.resolvers.is_some() && !settings.nameservers.is_empty() {
            server.resolvers = Some(ResolversName::names(cluster));
        }
        server
    }

    /// Servers at these addresses, all on the port that the Service has: where something of the cluster's stands before the pods.
    fn at_service_port(
        &self,
        resolver: Resolver,
        addresses: impl IntoIterator<Item = Sourced<Address>>,
    ) -> Answer {
        let locate = |address: Sourced<Address>| {
            let endpoint = Endpoint {
                address: address.value,
                port: self.number,
            };
            Located {
                server: self.server(endpoint, resolver, address.origin),
                zone: None,
            }
        };
        Answer::Found(Found {
            servers: addresses.into_iter().map(locate).collect(),
            ..Found::default()
        })
    }

    /// The place of the Service port, or of the Service.
    fn origin(&self) -> Origin {
        self.port
            .map_or(self.service.meta.origin, |port| port.port.origin)
    }
}

/// Asks the resolvers in the Service's order.
pub(super) fn resolve(ask: &Ask<'_, '_>, findings: &mut Vec<Finding>) -> Found {
    let order = match order::of(ask) {
        Ok(order) => order,
        Err(finding) => {
            findings.push(*finding);
            return unknown(ask);
        }
    };
    let mut lacking = Vec::new();
    let mut broken: Option<(Resolver, Finding)> = None;
    for &resolver in order.as_ref() {
        match answer(resolver, ask, findings) {
            Answer::Found(found) => return complete(ask, found),
            Answer::Lacking(why) => lacking.push((resolver, why)),
            Answer::Broken(why, finding) => {
                lacking.push((resolver, why));
                broken.get_or_insert((resolver, finding));
            }
        }
    }
    if ask.directory.settings.placeholders {
        findings.extend(unresolved::selectorless(ask));
    } else {
        findings.push(match broken {
            Some((speaker, finding)) => {
                lacking.retain(|(resolver, _)| *resolver != speaker);
                unresolved::notes(finding, &lacking)
            }
            None => unresolved::finding(ask, &lacking),
        });
    }
    unknown(ask)
}

/// The servers of a Service that nobody knows: none, so that its routes answer 503, unless a placeholder is wanted.
fn unknown(ask: &Ask<'_, '_>) -> Found {
    if ask.directory.settings.placeholders {
        complete(ask, placeholder(ask))
    } else {
        Found::default()
    }
}

fn answer(resolver: Resolver, ask: &Ask<'_, '_>, findings: &mut Vec<Finding>) -> Answer {
    match resolver {
        Resolver::Inventory => inventory::answer(ask, findings),
        Resolver::Slices => slices::answer(ask, findings),
        Resolver::NodePort => node_port::answer(ask, findings),
        Resolver::LoadBalancer => load_balancer::answer(ask, findings),
        Resolver::ExternalName => external_name::answer(ask, findings),
        Resolver::ExternalIps => external_ips::answer(ask, findings),
        Resolver::Dns => dns::answer(ask),
        Resolver::HostPort => host_port::answer(ask, findings),
        Resolver::ClusterIp => cluster_ip::answer(ask, findings),
        Resolver::Placeholder => Answer::Found(placeholder(ask)),
    }
}

/// One server at an address of documentation (RFC 5737, TEST-NET-1): the configuration is whole, and nobody is asked.
fn placeholder(ask: &Ask<'_, '_>) -> Found {
    let endpoint = Endpoint {
        address: Address::Ip(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
        port: ask.number,
    };
    Found {
        servers: vec![Located {
            server: ask.server(endpoint, Resolver::Placeholder, ask.origin()),
            zone: None,
        }],
        ..Found::default()
    }
}

/// What holds for the answers of all resolvers: zones, names of clusters, order.
fn complete(ask: &Ask<'_, '_>, mut found: Found) -> Found {
    let settings = ask.directory.settings;
    if let Some(zone) = settings.zone.as_deref() {
        for Located { server, zone: its } in &mut found.servers {
            server.elsewhere = its.as_deref().is_some_and(|its| its != zone);
        }
        // With several clusters, whoever unites them sees all servers that there are.
        if settings.cluster.is_none() {
            let servers = found.servers.iter_mut();
            prefer_own_zone(servers.map(|located| &mut located.server));
        }
    }
    if let Some(cluster) = &settings.cluster {
        for Located { server, zone: _ } in &mut found.servers {
            server.name = server.name.within(cluster);
            server.cluster = Some(cluster.clone());
        }
    }
    found
        .servers
        .sort_by(|a, b| a.server.name.cmp(&b.server.name));
    found
        .servers
        .dedup_by(|again, first| again.server.name == first.server.name);
    found
}

/// Makes backups of the servers in other zones, unless all are: backups need somebody to stand in for.
pub(super) fn prefer_own_zone<'s>(servers: impl Iterator<Item = &'s mut Server>) {
    let (elsewhere, here): (Vec<_>, Vec<_>) = servers.partition(|server| server.elsewhere);
    if !here.is_empty() {
        for server in elsewhere {
            server.backup = true;
        }
    }
}

#[cfg(test)]
mod tests;
