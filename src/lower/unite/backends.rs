//! Backends of several clusters into one, each with the servers of the clusters that have the route.
//!
//! In: a Service port and the clusters whose routes lead to it in one place. Out: the name of a backend with the servers of just
//! these clusters. Where they are all that have the Service port, it is called as in one cluster alone; else their names follow
//! (`shop_web_80.ams.fra`), because another route leads to the servers of others.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::weights;
use super::{Member, Rank};
use crate::finding::{Code, Finding};
use crate::ir::{
    Backend, BackendName, Check, Endpoint, HealthCheck, Resolver, ResolversName, Server,
    ServerProtocol, ServiceRef,
};
use crate::lower::endpoints::prefer_own_zone;

/// Makes each backend when the first route asks for it.
pub(super) struct Backends<'m> {
    members: &'m [Member],
    /// The shares of the clusters, where there are any.
    shares: Option<Vec<u16>>,
    /// Those of each cluster, by rank.
    own: Vec<BTreeMap<BackendName, Backend>>,
    /// The clusters that have a Service port.
    having: HashMap<BackendName, Vec<Rank>>,
    /// What has been asked for, and its name; `None` where the clusters disagree.
    made: HashMap<(BackendName, Vec<Rank>), Option<BackendName>>,
    united: BTreeMap<BackendName, Backend>,
    /// Service ports about which something was said. Once is enough, whatever the number of sets of clusters.
    said: BTreeSet<(Code, BackendName)>,
    findings: Vec<Finding>,
}

impl<'m> Backends<'m> {
    /// `own`: those of each cluster, by rank.
    pub(super) fn new(members: &'m [Member], own: Vec<BTreeMap<BackendName, Backend>>) -> Self {
        let mut having: HashMap<BackendName, Vec<Rank>> = HashMap::new();
        for (rank, backends) in (0..).zip(&own) {
            for name in backends.keys() {
                having.entry(name.clone()).or_default().push(rank);
            }
        }
        Self {
            members,
            shares: weights::shares(members),
            own,
            having,
            made: HashMap::new(),
            united: BTreeMap::new(),
            said: BTreeSet::new(),
            findings: Vec::new(),
        }
    }

    /// What was made, and what there is to say about it.
    pub(super) fn finish(self) -> (BTreeMap<BackendName, Backend>, Vec<Finding>) {
        (self.united, self.findings)
    }

    /// What a cluster's backend stands for.
    pub(super) fn service(&self, rank: Rank, name: &BackendName) -> Option<&ServiceRef> {
        self.backend(rank, name).map(|backend| &backend.service)
    }

    /// The backend for a route that these clusters have, sorted by rank. `None` where they disagree on how to talk to its servers.
    pub(super) fn unite(&mut self, name: &BackendName, ranks: Vec<Rank>) -> Option<BackendName> {
        let key = (name.clone(), ranks);
        if let Some(made) = self.made.get(&key) {
            return made.clone();
        }
        let made = self.make(name, &key.1);
        self.made.insert(key, made.clone());
        made
    }

    fn backend(&self, rank: Rank, name: &BackendName) -> Option<&Backend> {
        self.own.get(usize::from(rank))?.get(name)
    }

    /// The servers that a cluster has for a Service port.
    pub(super) fn servers_of(&self, rank: Rank, name: &BackendName) -> &[Server] {
        self.backend(rank, name)
            .map_or(&[], |backend| &backend.servers)
    }

    fn member(&self, rank: Rank) -> &'m Member {
        &self.members[usize::from(rank)]
    }

    fn make(&mut self, name: &BackendName, ranks: &[Rank]) -> Option<BackendName> {
        let all: Vec<(Rank, &Backend)> = ranks
            .iter()
            .filter_map(|&rank| Some((rank, self.backend(rank, name)?)))
            .collect();
        let &(_, first) = all.first()?;
        if let Some(finding) = self.disagreement(&all) {
            self.say(name, finding);
            return None;
        }
        let (health, mixed) = self.health(&all);
        let duplicate = self.duplicate(&all);
        let (mut servers, taking_part) = self.servers(&all);
        if mixed.is_some() {
            connect_where_requests_go(&mut servers);
        }
        let united = Backend {
            policy: first.policy.clone(),
            name: self.name(name, ranks),
            service: first.service.clone(),
            protocol: first.protocol,
            health,
            client_ip_affinity: all
                .iter()
                .find_map(|(_, backend)| backend.client_ip_affinity),
            servers,
            backup: first.backup.clone(),
            origin: first.origin,
        };
        for finding in mixed.into_iter().chain(duplicate).chain(taking_part) {
            self.say(name, finding);
        }
        let name = united.name.clone();
        self.united.insert(name.clone(), united);
        Some(name)
    }

    /// The servers of these clusters. HAProxy has one level of backups: a cluster that stands in has it for itself, or else its
    /// servers would be asked beside the backups of the clusters that are up. Without one, other zones stand in.
    fn servers(&self, all: &[(Rank, &Backend)]) -> (Vec<Server>, Option<Finding>) {
        // Backups need somebody to stand in for.
        let stand_in = all.iter().any(|&(rank, _)| !self.member(rank).backup);
        let is_last = |rank: Rank| stand_in && self.member(rank).backup;
        let mut seen = HashSet::new();
        let mut servers = Vec::with_capacity(all.iter().map(|(_, own)| own.servers.len()).sum());
        for &(rank, backend) in all {
            let member = self.member(rank);
            let own = backend.servers.iter();
            let own = own.filter(|server| seen.insert(asked(server)));
            servers.extend(own.cloned().map(|mut server| {
                if server.cluster.is_none() {
                    server.name = server.name.within(&member.name);
                    server.cluster = Some(member.name.clone());
                }
                (rank, server)
            }));
        }
        let mut finding = None;
        match servers.iter().find(|&&(rank, _)| is_last(rank)) {
            Some(&(last, _)) => {
                let listed = servers
                    .iter()
                    .find(|(rank, server)| server.backup && !is_last(*rank));
                finding = listed.and_then(|(_, server)| self.taking_part(all, server, last));
                for (rank, server) in &mut servers {
                    server.backup = is_last(*rank);
                }
            }
            None => prefer_own_zone(servers.iter_mut().map(|(_, server)| server)),
        }
        if let Some(shares) = &self.shares {
            weights::share(&mut servers, shares);
        }
        let mut servers: Vec<Server> = servers.into_iter().map(|(_, server)| server).collect();
        servers.sort_by(|a, b| a.name.cmp(&b.name));
        (servers, finding)
    }

    /// A server that is listed as a backup and is none, because the cluster `last` is.
    fn taking_part(
        &self,
        all: &[(Rank, &Backend)],
        server: &Server,
        last: Rank,
    ) -> Option<Finding> {
        let service = &all.first()?.1.service;
        Some(
            Finding::new(
                Code::BACKUP_TAKES_PART,
                format!(
                    "{} is listed as a backup of `{service}`, but takes requests like the others: HAProxy has one level of backups, and cluster {} is the backup",
                    address(&server.endpoint),
                    self.member(last).name
                ),
            )
            .object(format_args!("Service {}/{}", service.namespace, service.name))
            .at(server.origin)
            .help("remove the server, give it `weight: 0`, or take `backup: true` from the cluster"),
        )
    }

    fn name(&self, name: &BackendName, ranks: &[Rank]) -> BackendName {
        if self.having.get(name).is_some_and(|having| having == ranks) {
            return name.clone();
        }
        let clusters: BTreeSet<_> = ranks.iter().map(|&rank| &self.member(rank).name).collect();
        name.of_clusters(clusters)
    }

    fn say(&mut self, name: &BackendName, finding: Finding) {
        if self.said.insert((finding.code, name.clone())) {
            self.findings.push(finding);
        }
    }

    /// One way to check all servers: that of all clusters that have servers to check, or else that they accept connections.
    fn health(&self, all: &[(Rank, &Backend)]) -> (HealthCheck, Option<Finding>) {
        let checked = |backend: &Backend| {
            let mut servers = backend.servers.iter();
            servers.any(|server| {
                server.check != Check::Off && server.resolver != Resolver::Placeholder
            })
        };
        let mut wishes = all.iter().filter(|(_, backend)| checked(backend));
        let Some(one) = wishes.next() else {
            return (HealthCheck::default(), None);
        };
        let Some(other) = wishes.find(|(_, backend)| backend.health != one.1.health) else {
            return (one.1.health.clone(), None);
        };
        let shown = |backend: &Backend| match &backend.health {
            HealthCheck::Connect => "by connecting".to_owned(),
            HealthCheck::Http(path) => format!("by GET `{path}`"),
        };
        let mut servers = all.iter().flat_map(|(_, backend)| &backend.servers);
        let outcome = if servers.any(asks_kube_proxy) {
            "HAProxy checks all in one way: by connecting, and nodes on their node port"
        } else {
            "HAProxy checks all in one way: by connecting"
        };
        let finding = self.differ(
            Code::MIXED_HEALTH_CHECKS,
            (one, other),
            |backend| format!("are checked {}", shown(backend)),
            outcome,
        );
        let finding = finding.help("give the servers of all clusters the same check");
        (HealthCheck::default(), Some(finding))
    }

    /// What keeps servers of different clusters from standing in one backend.
    fn disagreement(&self, all: &[(Rank, &Backend)]) -> Option<Finding> {
        let (one, others) = all.split_first()?;
        let protocol = others
            .iter()
            .find(|(_, other)| other.protocol != one.1.protocol);
        if let Some(other) = protocol {
            let finding = self.differ(
                Code::CLUSTER_CONFLICT,
                (one, other),
                |backend| format!("are spoken to in {}", wire(backend.protocol)),
                "routes that both have answer 503",
            );
            return Some(finding.help("give the Service port the same `appProtocol` in both"));
        }
        // A cluster without affinity has nothing against it: it may have none because it is asked through its nodes.
        let mut sticky = all
            .iter()
            .filter(|(_, backend)| backend.client_ip_affinity.is_some());
        let one = sticky.next()?;
        let other =
            sticky.find(|(_, other)| other.client_ip_affinity != one.1.client_ip_affinity)?;
        let finding = self.differ(
            Code::CLUSTER_CONFLICT,
            (one, other),
            |backend| {
                let seconds = backend.client_ip_affinity.unwrap_or_default();
                format!("remember a client for {seconds} seconds")
            },
            "routes that both have answer 503",
        );
        Some(finding.help("give the Service the same `sessionAffinityConfig` in both"))
    }

    fn differ(
        &self,
        code: Code,
        (one, other): (&(Rank, &Backend), &(Rank, &Backend)),
        what: impl Fn(&Backend) -> String,
        outcome: &str,
    ) -> Finding {
        let service = &one.1.service;
        let cluster = |side: &(Rank, &Backend)| &self.member(side.0).name;
        Finding::new(
            code,
            format!(
                "the servers of `{service}` {} in cluster {} and {} in cluster {}: {outcome}",
                what(one.1),
                cluster(one),
                what(other.1),
                cluster(other)
            ),
        )
        .object(format_args!(
            "Service {}/{}",
            service.namespace, service.name
        ))
        .field("spec.ports")
        .label(other.1.origin, format!("in cluster {}", cluster(other)))
        .label(one.1.origin, format!("in cluster {}", cluster(one)))
    }

    /// Servers that two clusters list: overlapping networks of pods, or one export under two names. One address leads to one
    /// machine from here, so each is taken once.
    fn duplicate(&self, all: &[(Rank, &Backend)]) -> Option<Finding> {
        let mut seen: HashMap<Asked<'_>, (Rank, &Server)> = HashMap::new();
        let (mut first, mut count) = (None, 0);
        for &(rank, backend) in all {
            for server in backend
                .servers
                .iter()
                .filter(|server| is_in_cluster(server))
            {
                let &mut (before, known) = seen.entry(asked(server)).or_insert((rank, server));
                if before != rank {
                    count += 1;
                    first.get_or_insert(((before, known), (rank, server)));
                }
            }
        }
        let ((one, known), (other, server)) = first?;
        let service = &all.first()?.1.service;
        let (one, other) = (&self.member(one).name, &self.member(other).name);
        let more = match count {
            1 => String::new(),
            count => format!(" (and {} others)", count - 1),
        };
        Some(
            Finding::new(
                Code::DUPLICATE_SERVER,
                format!(
                    "{}{more} is a server of `{service}` in cluster {one} and in cluster {other}, and only the first counts",
                    address(&server.endpoint)
                ),
            )
            .object(format_args!("Service {}/{}", service.namespace, service.name))
            .label(server.origin, format!("in cluster {other}"))
            .label(known.origin, format!("and in cluster {one}"))
            .help("give each cluster its own export and its own nodes; if their networks of pods overlap, reach one of them by nodePort or an inventory"),
        )
    }
}

/// What a server is, seen from this host: whom DNS asks matters, because each cluster has names of its own.
pub(super) type Asked<'a> = (&'a Endpoint, Option<&'a ResolversName>);

pub(super) fn asked(server: &Server) -> Asked<'_> {
    (&server.endpoint, server.resolvers.as_ref())
}

/// Whether it is a machine that clusters lead to, and not one in a cluster: the target of an ExternalName Service, or an entry of
/// an inventory, which all clusters may share. Then it is one server, whoever leads to it; the first has it.
pub(super) fn is_one_machine(server: &Server) -> bool {
    matches!(
        server.resolver,
        Resolver::ExternalName | Resolver::Inventory
    )
}

fn is_in_cluster(server: &Server) -> bool {
    !is_one_machine(server) && server.resolver != Resolver::Placeholder
}

/// Whether kube-proxy is asked about the node. It tells by the status of its answer whether the node has a pod, and accepts
/// connections either way.
fn asks_kube_proxy(server: &Server) -> bool {
    server.resolver == Resolver::NodePort && matches!(server.check, Check::At(_))
}

/// Makes checks by connection tell nodes without a pod, which accept none on the node port. The port that an inventory names for
/// checks stays: a connection to it is what was asked for.
fn connect_where_requests_go(servers: &mut [Server]) {
    for server in servers.iter_mut().filter(|server| asks_kube_proxy(server)) {
        server.check = Check::Here;
    }
}

fn address(endpoint: &Endpoint) -> String {
    format!("`{} port {}`", endpoint.address, endpoint.port)
}

fn wire(protocol: ServerProtocol) -> &'static str {
    match protocol {
        ServerProtocol::Http1 => "HTTP/1.1",
        ServerProtocol::H2c => "HTTP/2 in clear",
        ServerProtocol::Https => "HTTPS",
        ServerProtocol::Tcp => "TLS that is handed through",
    }
}
