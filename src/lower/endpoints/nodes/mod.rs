//! The nodes that requests can be sent to.
//!
//! In: the Node objects among the manifests, or the addresses that the configuration lists. Out: those that take traffic from
//! outside, and findings about the others. Made once a run, when the first Service asks: who routes past the nodes hears
//! nothing about them.

mod listed;
mod objects;
mod placement;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) use self::placement::admits;
use super::{Ask, Located, address};
use crate::finding::{Code, Finding};
use crate::ir::{Address, Endpoint, Nodes, Port, Resolver};
use crate::manifest::{IpFamily, Manifests, Node, Service};
use crate::source::Sourced;

/// The nodes that take traffic from outside, in order of name or of the configuration.
#[derive(Debug, Default)]
pub(super) struct NodePool<'m> {
    members: Vec<Member<'m>>,
    /// Where the members stand that are the Node of a name.
    by_name: HashMap<&'m str, Vec<usize>>,
    /// Where those stand that are a Node of the input.
    named: Vec<usize>,
    /// Where the others stand.
    unnamed: Vec<usize>,
    /// Why the others are none: each Node's name, and a clause.
    left_out: Vec<(&'m str, &'static str)>,
    findings: Vec<Finding>,
    /// Whether a Service is reached through nodes, or would be if there were some.
    used: AtomicBool,
    /// Whether a Service has asked for IPv4, and for IPv6.
    asked_for: [AtomicBool; 2],
}

/// One of them.
#[derive(Debug)]
pub(super) struct Member<'m> {
    /// The Node; `None` for an address in the configuration that no Node of the input has.
    pub(super) node: Option<&'m Node>,
    /// Whether the configuration names it. The operator's word counts more than the Node's.
    listed: bool,
    /// Not empty; at most one of each family, in the order of the Node or of the configuration.
    addresses: Vec<Sourced<Address>>,
}

/// A port that something binds on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Bound {
    /// Its number.
    pub(super) port: Port,
    /// The one address of the node where it is bound; `None` for all of them.
    pub(super) ip: Option<IpAddr>,
}

/// A node, and the address and port by which a Service is reached there.
type Reached<'p, 'm> = (&'p Member<'m>, &'p Sourced<Address>, Port);

impl<'m> NodePool<'m> {
    /// Looks at all nodes.
    pub(super) fn new(manifests: &'m Manifests, nodes: &Nodes) -> Self {
        let mut pool = match nodes {
            Nodes::Input(kind) => objects::read(manifests, *kind),
            Nodes::List(list) => listed::read(manifests, list),
        };
        for (at, member) in pool.members.iter().enumerate() {
            let Some(node) = member.node else {
                pool.unnamed.push(at);
                continue;
            };
            pool.named.push(at);
            pool.by_name
                .entry(&node.meta.name.name)
                .or_default()
                .push(at);
        }
        pool
    }

    /// All members.
    pub(super) fn members(&self) -> &[Member<'m>] {
        &self.members
    }

    /// Where the member stands that is the Node of this name.
    pub(super) fn called(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Where the members stand that are Nodes of the input.
    pub(super) fn named(&self) -> &[usize] {
        &self.named
    }

    /// Where the members stand of which nobody knows what they are called.
    pub(super) fn unnamed(&self) -> &[usize] {
        &self.unnamed
    }

    /// A server for each of `ports`, which are ports of members: at an address in the first of the Service's families that one of
    /// them has. Unschedulable nodes are about to be emptied, and take part only when there are no others.
    pub(super) fn servers(
        &self,
        ask: &Ask<'_, '_>,
        resolver: Resolver,
        ports: &[(&Member<'_>, Bound)],
    ) -> Vec<Located> {
        let mut reached = self.reach(ask.service, ports);
        if reached.iter().any(|(member, ..)| !member.is_cordoned()) {
            reached.retain(|(member, ..)| !member.is_cordoned());
        }
        let zones = ask.directory.settings.zone.is_some();
        let locate = |(member, address, port): Reached<'_, '_>| {
            let endpoint = Endpoint {
                address: address.value.clone(),
                port,
            };
            Located {
                server: ask.server(endpoint, resolver, address.origin),
                zone: member.zone().filter(|_| zones).map(Into::into),
            }
        };
        reached.into_iter().map(locate).collect()
    }

    fn reach<'p, 'n>(
        &self,
        service: &Service,
        ports: &[(&'p Member<'n>, Bound)],
    ) -> Vec<Reached<'p, 'n>> {
        let by = |family| -> Vec<Reached<'p, 'n>> {
            let ports = ports.iter();
            ports
                .filter_map(|&(member, Bound { port, ip })| {
                    Some((member, member.address(family, ip)?, port))
                })
                .collect()
        };
        if service.ip_families.is_empty() {
            return by(None);
        }
        let families = service.ip_families.iter().map(|&family| {
            self.asked_for[family as usize].store(true, Ordering::Relaxed);
            by(Some(family))
        });
        families
            .into_iter()
            .find(|reached| !reached.is_empty())
            .unwrap_or_default()
    }

    /// What is left out is worth a word from now on.
    pub(super) fn use_them(&self) {
        self.used.store(true, Ordering::Relaxed);
    }

    /// What a resolver lacks that finds no members here; `None` when there are some.
    pub(super) fn lacking(&self) -> Option<String> {
        if !self.members.is_empty() {
            return None;
        }
        Some(match self.left_out.as_slice() {
            [] => "no Node among the manifests (`kubectl get nodes -o yaml`), and none listed in `endpoints.nodes`".to_owned(),
            [(name, why)] => format!("the only Node, {name}, {why}"),
            [(name, why), others @ ..] => format!(
                "none of the {} Nodes can be used: {name} {why}, and so on (ING224)",
                others.len() + 1
            ),
        })
    }

    /// What there is to say about the nodes, once a run and node.
    pub(super) fn findings(&self) -> Vec<Finding> {
        if !self.used.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let mut findings = self.findings.clone();
        for (family, shown) in [(IpFamily::V4, "IPv4"), (IpFamily::V6, "IPv6")] {
            let asked = self.asked_for[family as usize].load(Ordering::Relaxed);
            let has = |member: &Member<'_>| member.address(Some(family), None).is_some();
            if !asked || !self.members.iter().any(has) {
                continue;
            }
            let without = |member: &&Member<'_>| !member.listed && !has(member);
            let without = self.members.iter().filter(without);
            findings.extend(without.filter_map(|member| member.node).map(|node| {
                let name = &node.meta.name;
                finding(
                    Code::NODE_UNUSABLE,
                    node,
                    format!("Node {name} has no {shown} address, so Services of that family are not reached through it"),
                )
                .field("status.addresses")
                .at(node.meta.origin)
                .help(format!("add its {shown} address, or renew the Nodes in the input"))
            }));
        }
        findings
    }
}

impl Member<'_> {
    /// The address of `family`, or the first one, if it is `ip` where one is wanted. A name may have either family, and nobody
    /// knows which address.
    fn address(&self, family: Option<IpFamily>, ip: Option<IpAddr>) -> Option<&Sourced<Address>> {
        self.addresses.iter().find(|address| match address.value {
            Address::Ip(own) => {
                family.is_none_or(|family| family_of(own) == family)
                    && ip.is_none_or(|ip| ip == own)
            }
            Address::Name(_) | Address::Service(_) => ip.is_none(),
        })
    }

    /// The zone that the Node is in. The second label is that of clusters before 1.17.
    pub(super) fn zone(&self) -> Option<&str> {
        let labels = &self.node?.meta.labels;
        labels
            .get("topology.kubernetes.io/zone")
            .or_else(|| labels.get("failure-domain.beta.kubernetes.io/zone"))
            .map(String::as_str)
    }

    fn is_cordoned(&self) -> bool {
        !self.listed && self.node.is_some_and(|node| node.unschedulable)
    }
}

fn family_of(ip: IpAddr) -> IpFamily {
    match ip {
        IpAddr::V4(_) => IpFamily::V4,
        IpAddr::V6(_) => IpFamily::V6,
    }
}

/// What an address is that means another machine than the node, seen from HAProxy's.
fn inside(address: &Address) -> Option<String> {
    match address {
        Address::Ip(ip) => address::internal(*ip).map(|what| format!("{what} address `{ip}`")),
        Address::Name(name) => {
            address::internal_name(name.as_str()).map(|what| format!("`{name}`, {what}"))
        }
        Address::Service(_) => None,
    }
}

/// A finding about a Node.
fn finding(code: Code, node: &Node, message: String) -> Finding {
    Finding::new(code, message).object(format_args!("Node {}", node.meta.name))
}
