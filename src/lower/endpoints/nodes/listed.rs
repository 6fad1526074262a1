//! The nodes that the configuration lists.
//!
//! In: addresses and names from `endpoints.nodes`. Out: a member for each Node that has one of them, and for each that no Node
//! has. What the Nodes say of themselves does not count: the operator has chosen.

use std::collections::HashMap;
use std::net::IpAddr;

use super::{Member, NodePool, inside};
use crate::finding::{Code, Finding, Severity};
use crate::ir::Address;
use crate::manifest::{Manifests, Node, ObjectName};
use crate::source::Sourced;

pub(super) fn read<'m>(manifests: &'m Manifests, list: &[Sourced<Address>]) -> NodePool<'m> {
    let owners = owners(manifests);
    let mut pool = NodePool::default();
    let mut members: HashMap<&ObjectName, usize> = HashMap::new();
    // None stands there twice: that is a mistake of the configuration.
    for address in list {
        let shown = &address.value;
        if let Some(what) = inside(shown) {
            // HAProxy may well run on a node, and whoever configures it knows.
            pool.findings.push(
                Finding::new(
                    Code::INTERNAL_TARGET,
                    format!("`endpoints.nodes` leads routes to {what}"),
                )
                .severity(Severity::Warning)
                .at(address.origin)
                .help("list the address by which HAProxy's host reaches the node"),
            );
        }
        let node = owner(&owners, shown);
        if let Some(node) = node {
            let at = *members.entry(&node.meta.name).or_insert(pool.members.len());
            if let Some(member) = pool.members.get_mut(at) {
                pool.findings.extend(add(node, member, address));
                continue;
            }
        }
        pool.members.push(Member {
            node,
            listed: true,
            addresses: vec![address.clone()],
        });
    }
    say_who_is_unknown(&mut pool);
    pool
}

/// Adds another address to the member that is `node`: of the other family. A second of one family would be a second server of
/// one machine, and so would a name beside an address, whatever that leads to.
fn add(node: &Node, member: &mut Member<'_>, address: &Sourced<Address>) -> Option<Finding> {
    let is_other = |known: &Sourced<Address>| match (&known.value, &address.value) {
        (Address::Ip(known), Address::Ip(ip)) => known.is_ipv4() != ip.is_ipv4(),
        _ => false,
    };
    let Some(first) = member.addresses.iter().find(|known| !is_other(known)) else {
        member.addresses.push(address.clone());
        return None;
    };
    let name = &node.meta.name;
    let finding = Finding::new(
        Code::DUPLICATE_SERVER,
        format!(
            "`endpoints.nodes` lists `{}` and `{}`, which are both Node {name} and become one server",
            first.value, address.value
        ),
    )
    .at(address.origin)
    .label(first.origin, "this one is kept")
    .help("list each node once, or by one address of each family");
    Some(finding)
}

/// Who has which address or name.
type Owners<'m> = (HashMap<IpAddr, &'m Node>, HashMap<&'m str, &'m Node>);

fn owners(manifests: &Manifests) -> Owners<'_> {
    let (mut addresses, mut names) = (HashMap::new(), HashMap::new());
    for node in manifests.nodes.values() {
        for (_, address) in &node.addresses {
            match address.value.parse() {
                Ok(ip) => _ = addresses.entry(ip).or_insert(node),
                Err(_) => _ = names.entry(address.value.as_str()).or_insert(node),
            }
        }
        names.entry(&node.meta.name.name).or_insert(node);
    }
    (addresses, names)
}

fn owner<'m>((addresses, names): &Owners<'m>, address: &Address) -> Option<&'m Node> {
    match address {
        Address::Ip(ip) => addresses.get(ip).copied(),
        Address::Name(name) => names.get(name.as_str()).copied(),
        Address::Service(_) => None,
    }
}

/// A list of which some are Nodes of the input, and others are not, has not kept up with the cluster. One of which none is may
/// well name addresses that the cluster does not know, such as those of a router in between.
fn say_who_is_unknown(pool: &mut NodePool<'_>) {
    if pool.members.iter().all(|member| member.node.is_none()) {
        return;
    }
    let unknown = pool.members.iter().filter(|member| member.node.is_none());
    let addresses = unknown
        .flat_map(|member| &member.addresses)
        .filter(|address| inside(&address.value).is_none());
    let said = addresses.map(|address| {
        let shown = &address.value;
        Finding::new(
            Code::NODE_UNUSABLE,
            format!("`endpoints.nodes` lists `{shown}`, which no Node of the input has"),
        )
        .severity(Severity::Warning)
        .at(address.origin)
        .help("remove it if the node is gone, or add the Node to the input")
    });
    let said: Vec<_> = said.collect();
    pool.findings.extend(said);
}
