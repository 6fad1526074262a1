//! The servers of a backend in words: their addresses, how many there are, and which resolver found them.
//!
//! Servers in; lines for a request that is told, and numbers for tables and summaries out.

use std::collections::BTreeMap;
use std::fmt;

use crate::ir::policy::Checks;
use crate::ir::{
    Address, Backend, Check, ClusterName, Endpoint, HealthCheck, Policy, Resolver, Server, Weight,
};

/// Addresses on one line are at most so wide, so that what they share stands beside them in a terminal.
const WIDTH: usize = 56;

/// How many servers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Each with a line of its own.
    pub servers: usize,
    /// Of templates: the most that DNS can fill in.
    pub slots: usize,
}

impl Count {
    fn add(&mut self, server: &Server) {
        match server.slots {
            Some(slots) => self.slots += usize::from(slots.get()),
            None => self.servers += 1,
        }
    }
}

impl fmt::Display for Count {
    /// `2`, `up to 10`, `2 and up to 10`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.servers, self.slots) {
            (servers, 0) => write!(f, "{servers}"),
            (0, slots) => write!(f, "up to {slots}"),
            (servers, slots) => write!(f, "{servers} and up to {slots}"),
        }
    }
}

/// How many servers which resolver found, in which cluster where there are several.
pub fn by_resolver<'r>(
    servers: impl IntoIterator<Item = &'r Server>,
) -> BTreeMap<(Option<&'r ClusterName>, Resolver), Count> {
    let mut found: BTreeMap<_, Count> = BTreeMap::new();
    for server in servers {
        let key = (server.cluster.as_ref(), server.resolver);
        found.entry(key).or_default().add(server);
    }
    found
}

/// The cells of the table of routes: how many servers, and which resolvers found them.
pub(crate) fn cells(backend: &Backend) -> [String; 2] {
    let found = by_resolver(&backend.servers);
    let mut count = Count::default();
    for server in &backend.servers {
        if server.resolver != Resolver::Placeholder {
            count.add(server);
        }
    }
    let resolvers: Vec<String> = found
        .keys()
        .map(|&(cluster, by)| found_by(cluster, by))
        .collect();
    let servers = match count {
        Count {
            servers: 0,
            slots: 0,
        } => "-".to_owned(),
        _ if asleep(backend) => format!("{count}, weight 0 (503)"),
        _ => count.to_string(),
    };
    [servers, resolvers.join(", ")]
}

/// `nodePort`, or `fra/nodePort`.
pub fn found_by(cluster: Option<&ClusterName>, resolver: Resolver) -> String {
    match cluster {
        Some(cluster) => format!("{cluster}/{resolver}"),
        None => resolver.to_string(),
    }
}

/// Whether no server takes a request: HAProxy gives none to those of weight 0, as to those that are down.
pub(crate) fn asleep(backend: &Backend) -> bool {
    backend
        .servers
        .iter()
        .all(|server| server.weight.is_some_and(|weight| weight.get() == 0))
}

/// What servers have in common that stand on one line. Backups come last.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shared<'r> {
    backup: bool,
    cluster: Option<&'r ClusterName>,
    resolver: Resolver,
    weight: Option<Weight>,
    check: Check,
}

impl fmt::Display for Shared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            backup,
            cluster,
            resolver,
            weight,
            check,
        } = self;
        f.write_str(&found_by(*cluster, *resolver))?;
        if let Some(weight) = weight {
            write!(f, ", weight {weight}")?;
        }
        if *backup {
            f.write_str(", backup")?;
        }
        match check {
            Check::Here => Ok(()),
            Check::At(port) => write!(f, ", checked on port {port}"),
            Check::Off => f.write_str(", not checked"),
        }
    }
}

/// Addresses that stand on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// The addresses, with dots between them.
    pub(crate) addresses: String,
    /// What they have in common; `None` on the further lines of many.
    pub(crate) shared: Option<String>,
}

/// The addresses, and beside them what they share. Backups come last.
pub(crate) fn groups(backend: &Backend) -> Vec<Group> {
    let mut groups: BTreeMap<Shared<'_>, Vec<String>> = BTreeMap::new();
    for server in &backend.servers {
        let shared = Shared {
            backup: server.backup,
            cluster: server.cluster.as_ref(),
            resolver: server.resolver,
            weight: server.weight,
            check: server.check,
        };
        groups.entry(shared).or_default().push(address(server));
    }
    let mut lines = Vec::new();
    for (shared, addresses) in groups {
        if shared.resolver == Resolver::Placeholder {
            let whose = shared
                .cluster
                .map_or_else(String::new, |cluster| format!(" in cluster {cluster}"));
            lines.push(Group {
                addresses: format!("placeholder: no resolver knows {}{whose}", backend.service),
                shared: None,
            });
            continue;
        }
        let mut beside = Some(shared.to_string());
        lines.extend(wrap(addresses).into_iter().map(|addresses| Group {
            addresses,
            shared: beside.take(),
        }));
    }
    lines
}

/// What holds for all servers and is not usual.
pub(crate) fn manner(backend: &Backend, policy: Option<&Policy>) -> Vec<String> {
    let mut manner = Vec::new();
    let health = policy.map(|policy| &policy.health);
    match (health, &backend.health) {
        (Some(health), _) if health.off => manner.push("not checked".to_owned()),
        (
            Some(Checks {
                http: Some(check), ..
            }),
            _,
        ) => manner.push(format!("checked by {} {}", check.method, check.target)),
        (_, HealthCheck::Http(path)) => manner.push(format!("checked by GET {path}")),
        (_, HealthCheck::Connect) => {}
    }
    let balance = policy.and_then(|policy| policy.balance.algorithm.as_ref());
    if let Some(algorithm) = balance {
        manner.push(format!("chosen by {}", algorithm.words().join(" ")));
    }
    if let Some(limit) = policy.and_then(|policy| policy.limits.maxconn) {
        manner.push(format!("at most {limit} connections each"));
    }
    if let Some(cookie) = policy.and_then(|policy| policy.affinity.cookie.as_ref()) {
        manner.push(format!("a client stays by the cookie {cookie}"));
    }
    if let Some(seconds) = backend.client_ip_affinity {
        manner.push(format!("a client stays for {seconds} s"));
    }
    manner
}

fn wrap(addresses: Vec<String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for address in addresses {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 3 + address.len() <= WIDTH => {
                line.push_str(" · ");
                line.push_str(&address);
            }
            _ => lines.push(address),
        }
    }
    lines
}

/// Where a server listens, and whether DNS says so.
pub(crate) fn address(server: &Server) -> String {
    let Endpoint { address, port } = &server.endpoint;
    let text = match address {
        Address::Ip(std::net::IpAddr::V6(address)) => format!("[{address}]:{port}"),
        Address::Ip(_) | Address::Name(_) => format!("{address}:{port}"),
        // Its records give the ports.
        Address::Service(record) => record.to_string(),
    };
    match (server.slots, address) {
        (Some(slots), _) => format!("up to {slots} by DNS: {text}"),
        (None, Address::Ip(_)) => text,
        (None, Address::Name(_) | Address::Service(_)) => format!("{text} by DNS"),
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::super::{Request, ask, example};
    use super::*;
    use crate::ir::policy::{
        Algorithm, CheckMethod, CheckTarget, CheckVersion, CookieName, HttpCheck,
    };
    use crate::ir::{CheckPath, Fqdn, Port, Routing, ServiceRecord};

    fn backend() -> Backend {
        let mut routing = example::routing(&["foo.com Prefix / foo 5"]);
        routing.backends.pop_first().expect("a backend").1
    }

    fn lines(backend: &Backend) -> Vec<String> {
        let groups = groups(backend).into_iter();
        let lines = groups.map(|group| {
            let shared = group.shared.into_iter();
            [group.addresses].into_iter().chain(shared).collect()
        });
        lines.map(|cells: Vec<String>| cells.join("   ")).collect()
    }

    #[test]
    fn servers_that_are_alike_share_a_line_and_backups_come_last() {
        let mut backend = backend();
        backend.servers[0].backup = true;
        backend.servers[0].resolver = Resolver::Inventory;
        for server in &mut backend.servers[1..4] {
            server.resolver = Resolver::NodePort;
            server.cluster = ClusterName::new("fra");
            server.weight = Weight::new(90);
        }
        backend.servers[4].check = Check::Off;
        assert_eq!(
            lines(&backend),
            [
                "10.0.0.5:8080   slices, not checked",
                "10.0.0.2:8080 · 10.0.0.3:8080 · 10.0.0.4:8080   fra/nodePort, weight 90",
                "10.0.0.1:8080   inventory, backup",
            ]
        );
        assert_eq!(
            cells(&backend),
            ["5", "inventory, slices, fra/nodePort"].map(str::to_owned)
        );
    }

    #[test]
    fn many_servers_take_several_lines() {
        let mut backend = backend();
        let more = backend.servers.clone();
        backend.servers.extend(more);
        let lines = lines(&backend);
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(lines[0].ends_with("   slices") && !lines[1].contains("slices"));
    }

    #[test]
    fn names_and_templates_say_that_dns_fills_them() {
        let mut backend = backend();
        backend.servers.truncate(2);
        let name = Fqdn::new("web.shop.svc.cluster.local").expect("legal");
        let record = ServiceRecord::tcp("http", &name).expect("legal");
        backend.servers[0].endpoint.address = Address::Name(name);
        backend.servers[0].resolver = Resolver::ExternalName;
        backend.servers[1].endpoint.address = Address::Service(record);
        backend.servers[1].slots = Port::new(10);
        backend.servers[1].resolver = Resolver::Dns;
        assert_eq!(
            lines(&backend),
            [
                "web.shop.svc.cluster.local:8080 by DNS   externalName",
                "up to 10 by DNS: _http._tcp.web.shop.svc.cluster.local   dns"
            ]
            .map(|line: &str| line.to_owned())
        );
        assert_eq!(
            cells(&backend),
            ["1 and up to 10", "externalName, dns"].map(str::to_owned)
        );
    }

    #[test]
    fn servers_of_weight_0_answer_nothing_unless_a_backup_does() {
        let mut routing = example::routing(&["foo.com Prefix / foo 2"]);
        let request = Request::parse("foo.com/").expect("a URL");
        let status = |routing: &Routing| ask(routing, &request).status();
        let servers = |routing: &mut Routing, change: &dyn Fn(&mut Server)| {
            let backends = routing.backends.values_mut();
            backends
                .flat_map(|backend| &mut backend.servers)
                .for_each(change);
        };
        servers(&mut routing, &|server| server.weight = Weight::new(0));
        assert_eq!(status(&routing), Some(503));
        let name = routing.backends.keys().next().cloned().expect("one");
        let backend = routing.backends.get_mut(&name).expect("the same");
        backend.servers[1].backup = true;
        backend.servers[1].weight = None;
        assert_eq!(status(&routing), None);
    }

    #[test]
    fn a_policy_says_how_servers_are_chosen_kept_and_checked() {
        let mut backend = backend();
        backend.client_ip_affinity = Some(60);
        backend.health = HealthCheck::Http(CheckPath::new("/ready").expect("legal"));
        assert_eq!(
            manner(&backend, None),
            ["checked by GET /ready", "a client stays for 60 s"]
        );
        let mut policy = Policy::default();
        policy.balance.algorithm = Some(Algorithm::LeastConnections);
        policy.affinity.cookie = CookieName::new("SERVERID");
        policy.limits.maxconn = NonZeroU32::new(9);
        policy.health.http = Some(HttpCheck {
            method: CheckMethod::Head,
            target: CheckTarget::new("/up").expect("legal"),
            version: CheckVersion::Http10(None),
        });
        assert_eq!(
            manner(&backend, Some(&policy)),
            [
                "checked by HEAD /up",
                "chosen by leastconn",
                "at most 9 connections each",
                "a client stays by the cookie SERVERID",
                "a client stays for 60 s"
            ]
        );
        policy.health.off = true;
        let manner = manner(&backend, Some(&policy));
        assert_eq!(manner[..2], ["not checked", "chosen by leastconn"]);
    }

    #[test]
    fn a_placeholder_is_no_server() {
        let mut backend = backend();
        backend.servers.truncate(1);
        backend.servers[0].resolver = Resolver::Placeholder;
        assert_eq!(
            lines(&backend),
            ["placeholder: no resolver knows default/foo:80"]
        );
        assert_eq!(cells(&backend), ["-", "placeholder"].map(str::to_owned));
    }
}
