//! Signs that the slices of the input are not those of the cluster any more, or that this host has no way to what they list.
//!
//! In: the backends that some rule reaches, and the slices that their servers were taken from. Out: a finding for each sign, once
//! for the whole input where the sign is about the input and not about a Service. An export goes stale without a word: pods move,
//! their addresses are given to others, and a route leads to somebody else's pod.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use rayon::prelude::*;

use super::Directory;
use crate::finding::{Code, Finding};
use crate::ir::{Address, Backend, Resolver, Server};
use crate::manifest::{Endpoint, ObjectName, Protocol, TargetPort};
use crate::source::Origin;

/// After so many days without a change in any slice, the export is probably older than the cluster's state.
const DAYS: i64 = 7;
const DAY: i64 = 24 * 60 * 60;

/// What installers give pods where nobody chose, and who does. They are overlays: only nodes have routes to them.
const OVERLAYS: [(&str, &str); 2] = [
    ("10.244.0.0/16", "flannel, kubeadm and kind"),
    ("10.42.0.0/16", "k3s and RKE2"),
];

/// Looks for all signs.
pub(super) fn look(directory: &Directory<'_>, backends: &[Backend], findings: &mut Vec<Finding>) {
    let from_slices = |server: &Server| server.resolver == Resolver::Slices;
    let served: Vec<&Backend> = backends
        .iter()
        .filter(|backend| backend.servers.iter().any(from_slices))
        .collect();
    if served.is_empty() {
        return;
    }
    let look = Look { directory, served };
    findings.extend(look.old());
    findings.extend(look.nodes_gone());
    findings.extend(look.without_route());
    // Who only judges may have slices that stand for those of a cluster.
    if directory.settings.placeholders {
        return;
    }
    let ports = look.served.par_iter();
    findings.par_extend(ports.filter_map(|backend| look.port(backend)));
}

struct Look<'a, 'm> {
    directory: &'a Directory<'m>,
    /// Backends with servers from slices.
    served: Vec<&'a Backend>,
}

impl<'m> Look<'_, 'm> {
    fn old(&self) -> Option<Finding> {
        let slices = self.directory.manifests.slices.values();
        let (changed, newest) = slices
            .filter_map(|slice| Some((slice.changed?, slice)))
            .max_by_key(|&(changed, _)| changed)?;
        let days = (self.directory.now?.saturating_sub(changed)) / DAY;
        (days >= DAYS).then(|| {
            finding(
                format!("no EndpointSlice has changed for {days} days: the export is probably old"),
                "metadata",
                newest.meta.origin,
            )
            .object(format_args!("EndpointSlice {}", newest.meta.name))
            .help("export them again: `kubectl get endpointslices -A -o yaml`")
            .note("pods that have moved since have other addresses, and theirs may be somebody else's now")
        })
    }

    /// Endpoints on nodes that the cluster no longer has.
    fn nodes_gone(&self) -> Option<Finding> {
        let nodes = &self.directory.manifests.nodes;
        if nodes.is_empty() {
            return None;
        }
        let known: BTreeSet<&str> = nodes.keys().map(|name| name.name.as_str()).collect();
        let mut gone: BTreeMap<&str, Origin> = BTreeMap::new();
        let mut count = 0;
        for endpoint in self.endpoints() {
            let Some(node) = endpoint.node() else {
                continue;
            };
            if !known.contains(node) {
                count += 1;
                gone.entry(node).or_insert(endpoint.address.origin);
            }
        }
        let (first, &origin) = gone.first_key_value()?;
        let which = match gone.len() {
            1 => format!("the node `{first}`, which is not among the Nodes"),
            others => format!(
                "`{first}` and {} other nodes that are not among the Nodes",
                others - 1
            ),
        };
        let list = match count {
            1 => "an endpoint is".to_owned(),
            count => format!("{count} endpoints are"),
        };
        Some(
            finding(
                format!("{list} on {which}"),
                "endpoints[].nodeName",
                origin,
            )
            .help("export Nodes and EndpointSlices at one time: `kubectl get nodes,endpointslices -A -o yaml`"),
        )
    }

    /// Servers in networks to which this host has no route, as far as anybody can tell from here.
    fn without_route(&self) -> Vec<Finding> {
        let networks = &self.directory.settings.pod_networks;
        let own = self.node_addresses();
        let overlays = OVERLAYS.map(|(network, whose)| (network.parse::<IpNet>(), whose));
        let within = |ip: &IpAddr, network: &IpNet| network.contains(ip);
        let suspicious = |ip: &IpAddr| {
            let strange = if networks.is_empty() {
                let mut known = overlays.iter().flat_map(|(network, _)| network);
                known.any(|network| within(ip, network))
            } else {
                !networks.iter().any(|network| within(ip, network))
            };
            // Pods in the network of their node have its address.
            strange && !own.contains(ip)
        };
        let servers = self
            .served
            .par_iter()
            .flat_map_iter(|backend| &backend.servers);
        let mut addresses: Vec<(IpAddr, Origin)> = servers
            .filter(|server| server.resolver == Resolver::Slices)
            .filter_map(|server| match server.endpoint.address {
                Address::Ip(ip) => Some((ip, server.origin)),
                Address::Name(_) | Address::Service(_) => None,
            })
            .filter(|(ip, _)| suspicious(ip))
            .collect();
        addresses.sort_unstable();
        addresses.dedup_by_key(|&mut (ip, _)| ip);
        if networks.is_empty() {
            let found = overlays.iter().filter_map(|(network, whose)| {
                let network = network.as_ref().ok()?;
                overlay(&addresses, network, whose)
            });
            return found.collect();
        }
        let Some(&(first, origin)) = addresses.first() else {
            return Vec::new();
        };
        let finding = finding(
                format!(
                    "{} outside of `endpoints.podNetworks`, the networks that this host has routes to",
                    count(&addresses, first)
                ),
                "endpoints[].addresses[0]",
                origin,
            )
            .help("add the network to `endpoints.podNetworks` if there is a route, or let another resolver come first in `endpoints.order`");
        vec![finding]
    }

    /// A slice whose port is not the Service's target: one of them is older than the other. Where there is no selector, slices are
    /// written by hand, and nobody reads the target port.
    fn port(&self, backend: &Backend) -> Option<Finding> {
        let name = ObjectName::new(&backend.service.namespace, &backend.service.name);
        let service = self.directory.manifests.services.get(&name)?;
        let number = backend.service.port;
        let port = service
            .ports
            .iter()
            .find(|port| port.port.value == number && port.protocol == Protocol::Tcp)?;
        let TargetPort::Number(target) = port.target else {
            return None;
        };
        if service.selector.is_empty() {
            return None;
        }
        let key = (name.namespace.as_str(), name.name.as_str());
        let slices = self.directory.slices.get(&key)?;
        let mut ports = slices.iter().flat_map(|slice| &slice.ports);
        let other = ports.find(|other| {
            other.name == port.name
                && other.protocol == Protocol::Tcp
                && other.port.is_some_and(|other| other != target)
        })?;
        Some(
            finding(
                format!(
                    "port {number} of Service {name} leads to the target port {target}, and its EndpointSlices list {}: one of them is older than the other",
                    other.port.unwrap_or_default()
                ),
                "spec.ports",
                other.origin,
            )
            .object(format_args!("Service {name}"))
            .label(port.origin, "the Service port")
            .help("export the Service and its EndpointSlices at one time"),
        )
    }

    /// The endpoints of all Services whose servers come from slices.
    fn endpoints(&self) -> impl Iterator<Item = &'m Endpoint> {
        let names: BTreeSet<(&str, &str)> = self
            .served
            .iter()
            .map(|backend| {
                (
                    backend.service.namespace.as_str(),
                    backend.service.name.as_str(),
                )
            })
            .collect();
        let slices = names
            .into_iter()
            .filter_map(|name| self.directory.slices.get(&name));
        slices.flatten().flat_map(|slice| &slice.endpoints)
    }

    fn node_addresses(&self) -> BTreeSet<IpAddr> {
        let nodes = self.directory.manifests.nodes.values();
        nodes
            .flat_map(|node| &node.addresses)
            .filter_map(|(_, address)| address.value.parse().ok())
            .collect()
    }
}

fn overlay(addresses: &[(IpAddr, Origin)], network: &IpNet, whose: &str) -> Option<Finding> {
    let within: Vec<(IpAddr, Origin)> = addresses
        .iter()
        .filter(|(ip, _)| network.contains(ip))
        .copied()
        .collect();
    let &(first, origin) = within.first()?;
    Some(
        finding(
            format!(
                "{} in {network}, the network that {whose} give to pods and that only nodes have routes to",
                count(&within, first)
            ),
            "endpoints[].addresses[0]",
            origin,
        )
        .help(format!(
            "set `endpoints.podNetworks: [{network}]` if this host has a route to it, or let nodePort or inventory come first in `endpoints.order`"
        )),
    )
}

fn finding(message: String, field: &str, origin: Origin) -> Finding {
    Finding::new(Code::STALE_ENDPOINTS, message)
        .field(field)
        .at(origin)
}

/// How many, and one of them by name.
fn count(addresses: &[(IpAddr, Origin)], first: IpAddr) -> String {
    match addresses.len() {
        1 => format!("the address `{first}` is"),
        count => format!("{count} addresses, `{first}` among them, are"),
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Finding;
    use crate::lower::testing;
    use crate::lower::testing::{World, codes, origin, path, port, ready, value};
    use crate::lower::{Settings, lower};
    use crate::manifest::Labels;
    use crate::manifest::{EndpointSlice, Meta, Node, ObjectName, PathType::Prefix, TargetPort};

    const NOW: i64 = 1_780_272_000;

    /// A Service `a/web` with a slice of these addresses, all on the node `n1`.
    fn world(addresses: &[&str], change: impl FnOnce(&mut EndpointSlice)) -> World {
        let mut world = World::default();
        world.service("a", "web", vec![port("http", 80)]);
        world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
        let mut endpoints: Vec<_> = addresses.iter().map(|address| ready(address)).collect();
        for endpoint in &mut endpoints {
            endpoint.placement = Some(testing::at(Some("n1"), None));
        }
        change(world.slice("a", "web", ("http", Some(80)), endpoints));
        world
    }

    fn node(world: &mut World, name: &str, address: &str) {
        let node = Node {
            meta: Meta {
                name: ObjectName::new("", name),
                origin: origin(),
                annotations: Vec::new(),
                labels: std::collections::BTreeMap::new(),
            },
            addresses: vec![("InternalIP".to_owned(), value(address))],
            ready: true,
            unschedulable: false,
            taints: Vec::new(),
        };
        world
            .manifests
            .nodes
            .insert(ObjectName::new("", name), node);
    }

    fn said(world: &World, settings: &Settings) -> Vec<Finding> {
        lower(&world.manifests, settings).findings
    }

    fn words(world: &World, settings: &Settings) -> String {
        let findings = said(world, settings);
        assert_eq!(codes(&findings), ["ING809"]);
        findings[0].message.clone()
    }

    #[test]
    fn an_export_is_old_when_its_newest_slice_is() {
        let settings = Settings {
            now: Some(NOW),
            ..Settings::default()
        };
        let changed = |days: i64| {
            let mut world = world(&["10.1.0.4"], |slice| {
                slice.changed = Some(NOW - days * super::DAY);
            });
            world
                .slice("a", "web", ("http", Some(80)), Vec::new())
                .changed = Some(0);
            world
        };
        assert!(words(&changed(8), &settings).contains("8 days"));
        assert!(said(&changed(6), &settings).is_empty());
        assert!(said(&changed(-1), &settings).is_empty());
        assert!(said(&changed(8), &Settings::default()).is_empty());
    }

    #[test]
    fn nodes_that_are_not_in_the_input_are_named_where_others_are() {
        let mut world = world(&["10.1.0.4", "10.1.0.5"], |_| {});
        assert!(said(&world, &Settings::default()).is_empty());
        node(&mut world, "n2", "10.0.0.2");
        let words = words(&world, &Settings::default());
        assert!(
            words.contains("2 endpoints are on the node `n1`"),
            "{words}"
        );
        node(&mut world, "n1", "10.0.0.1");
        assert!(said(&world, &Settings::default()).is_empty());
    }

    #[test]
    fn a_slice_with_another_port_than_the_target_is_told_unless_it_is_written_by_hand() {
        let mut world = world(&["10.1.0.4"], |slice| slice.ports[0].port = Some(8081));
        let name = ObjectName::new("a", "web");
        let service = world.manifests.services.get_mut(&name).expect("made above");
        service.ports[0].target = TargetPort::Number(8080);
        service.selector = Labels::default();
        assert!(said(&world, &Settings::default()).is_empty());
        let service = world.manifests.services.get_mut(&name).expect("made above");
        service.selector = Labels::new([("app", "web")]);
        assert!(words(&world, &Settings::default()).contains("8081"));
        let service = world.manifests.services.get_mut(&name).expect("made above");
        service.ports[0].target = TargetPort::Name("http".to_owned());
        assert!(said(&world, &Settings::default()).is_empty());
    }

    #[test]
    fn networks_without_a_route_are_told_once_a_run() {
        let mut world = world(&["10.244.1.4", "10.244.1.5", "10.1.0.4"], |_| {});
        let mut settings = Settings::default();
        let said_of_overlay = words(&world, &settings);
        assert!(
            said_of_overlay
                .starts_with("2 addresses, `10.244.1.4` among them, are in 10.244.0.0/16")
        );
        let network = |text: &str| text.parse().expect("legal");
        settings.endpoints.pod_networks = vec![network("10.244.0.0/16")];
        assert!(words(&world, &settings).starts_with("the address `10.1.0.4` is outside"));
        // Pods with `hostNetwork` have the address of their node.
        node(&mut world, "n1", "10.1.0.4");
        assert!(said(&world, &settings).is_empty());
        // Who only judges is told, too.
        settings.endpoints.placeholders = true;
        settings.endpoints.pod_networks.clear();
        assert_eq!(words(&world, &settings), said_of_overlay);
    }

    #[test]
    fn nothing_is_said_about_slices_that_no_route_uses() {
        let mut world = world(&["10.244.1.4"], |_| {});
        world.manifests.ingresses.clear();
        assert!(said(&world, &Settings::default()).is_empty());
    }
}
