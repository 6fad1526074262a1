//! Node objects into members of the pool.
//!
//! In: the Nodes among the manifests, and which type of address counts. Out: those that a cloud's load balancer would send
//! requests to, too, and a finding for each of the others.

use std::collections::HashMap;

use super::super::address;
use super::{Member, NodePool, family_of, finding, inside};
use crate::finding::{Code, Finding, Severity};
use crate::ir::{Address, NodeAddressType};
use crate::manifest::{Manifests, Node};
use crate::source::Sourced;

/// Nodes with this label are kept out of external load balancers, whatever its value
/// (<https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-exclude-from-external-load-balancers>).
const EXCLUDED: &str = "node.kubernetes.io/exclude-from-external-load-balancers";

/// The cluster autoscaler taints a node with this before it deletes it; the load balancers of clouds let go of it then.
const TO_BE_DELETED: &str = "ToBeDeletedByClusterAutoscaler";

pub(super) fn read(manifests: &Manifests, kind: NodeAddressType) -> NodePool<'_> {
    let mut reader = Reader {
        kind,
        taken: HashMap::new(),
        pool: NodePool::default(),
    };
    // Of two with one address the first has it: a cordoned one would take it along when it is left out.
    let mut nodes: Vec<&Node> = manifests.nodes.values().collect();
    nodes.sort_by_key(|node| node.unschedulable);
    for node in nodes {
        if !reader.is_left_out(node) {
            reader.add(node);
        }
    }
    let members = &mut reader.pool.members;
    members.sort_by_key(|member| member.node.map(|node| &node.meta.name));
    reader.say_who_is_cordoned();
    reader.pool
}

struct Reader<'m> {
    kind: NodeAddressType,
    /// Who has which address.
    taken: HashMap<Address, Sourced<&'m Node>>,
    pool: NodePool<'m>,
}

impl<'m> Reader<'m> {
    /// Whether the Node says of itself that it takes no traffic.
    fn is_left_out(&mut self, node: &'m Node) -> bool {
        let (why, field, help) = if !node.ready {
            (
                "is not ready",
                "status.conditions",
                "renew the Nodes in the input when it is back",
            )
        } else if node.meta.labels.contains_key(EXCLUDED) {
            (
                "is excluded from external load balancers by a label",
                "metadata.labels[node.kubernetes.io/exclude-from-external-load-balancers]",
                "remove the label if the node is to take requests",
            )
        } else if node.taints.iter().any(|taint| taint.key == TO_BE_DELETED) {
            (
                "is about to be deleted by the cluster autoscaler",
                "spec.taints",
                "renew the Nodes in the input when it is gone",
            )
        } else {
            return false;
        };
        let name = &node.meta.name;
        self.pool.left_out.push((&name.name, why));
        self.pool.findings.push(
            finding(
                Code::NODE_UNUSABLE,
                node,
                format!("Node {name} {why}, so it takes no requests"),
            )
            .field(field)
            .at(node.meta.origin)
            .help(help),
        );
        true
    }

    /// Adds a Node with its addresses, or says that there are none.
    fn add(&mut self, node: &'m Node) {
        let findings = self.pool.findings.len();
        let addresses = self.addresses(node);
        let name = &node.meta.name;
        if !addresses.is_empty() {
            self.pool.members.push(Member {
                node: Some(node),
                listed: false,
                addresses,
            });
        } else if self.pool.findings.len() > findings {
            let why = "has no address that can be used";
            self.pool.left_out.push((&name.name, why));
        } else {
            let why = "has no address of the wanted type";
            self.pool.left_out.push((&name.name, why));
            let wanted = self.kind.name();
            self.pool.findings.push(
                finding(
                    Code::NODE_UNUSABLE,
                    node,
                    format!("Node {name} has no address of type {wanted}, so it takes no requests"),
                )
                .severity(Severity::Warning)
                .field("status.addresses")
                .at(node.meta.origin)
                .help("add one, or choose another type: `endpoints: {nodes: {address: …}}` in ingressc.yaml"),
            );
        }
    }

    /// The first address of each family that can be used. What is wrong with the others becomes findings.
    fn addresses(&mut self, node: &'m Node) -> Vec<Sourced<Address>> {
        let mut addresses: Vec<Sourced<Address>> = Vec::new();
        for (index, (kind, written)) in node.addresses.iter().enumerate() {
            if kind != self.kind.name() {
                continue;
            }
            let address = self.read(&written.value);
            if let Some(finding) = self.objection(node, written, address.as_ref()) {
                let field = format!("status.addresses[{index}].address");
                self.pool.findings.push(finding.field(field));
                continue;
            }
            let Some(address) = address else { continue };
            let taken = Sourced::new(node, written.origin);
            self.taken.insert(address.clone(), taken);
            let alike = |known: &Sourced<Address>| same_family(&known.value, &address);
            if !addresses.iter().any(alike) {
                addresses.push(Sourced::new(address, written.origin));
            }
        }
        addresses
    }

    /// Some clouds give an IP address for the host name.
    fn read(&self, text: &str) -> Option<Address> {
        address::read(text).filter(|address| match self.kind {
            NodeAddressType::Hostname => true,
            NodeAddressType::InternalIp | NodeAddressType::ExternalIp => {
                matches!(address, Address::Ip(_))
            }
        })
    }

    /// Why an address is not taken.
    fn objection(
        &self,
        node: &Node,
        written: &Sourced<String>,
        address: Option<&Address>,
    ) -> Option<Finding> {
        let name = &node.meta.name;
        let Some(address) = address else {
            let (kind, shown) = (self.kind.name(), written.value.escape_debug());
            let what = match self.kind {
                NodeAddressType::Hostname => "no host name",
                NodeAddressType::InternalIp | NodeAddressType::ExternalIp => "no IP address",
            };
            let message = format!("the {kind} of Node {name}, `{shown}`, is {what}");
            let finding = finding(Code::NODE_UNUSABLE, node, message)
                .severity(Severity::Error)
                .at(written.origin)
                .help("correct it, or remove the entry");
            return Some(finding);
        };
        if let Some(what) = inside(address) {
            let message = format!("Node {name} would lead routes to {what}");
            let finding = finding(Code::INTERNAL_TARGET, node, message)
                .at(written.origin)
                .help("name the address by which HAProxy's host reaches the node");
            return Some(finding);
        }
        let first = self.taken.get(address)?;
        let other = &first.value.meta.name;
        if other == name {
            return None;
        }
        let message = format!(
            "Nodes {other} and {name} both have the address `{address}`, which becomes one server"
        );
        let finding = finding(Code::DUPLICATE_SERVER, node, message)
            .at(written.origin)
            .label(first.origin, format!("the address of Node {other}"))
            .help("correct one of them, or remove the Node that is gone");
        Some(finding)
    }

    /// Where all are unschedulable, all of them take requests, and there is nothing to say.
    fn say_who_is_cordoned(&mut self) {
        let pool = &mut self.pool;
        if pool.members.iter().all(Member::is_cordoned) {
            return;
        }
        let cordoned = pool.members.iter().filter(|member| member.is_cordoned());
        let said = cordoned.filter_map(|member| member.node).map(|node| {
            let name = &node.meta.name;
            finding(
                Code::NODE_UNUSABLE,
                node,
                format!(
                    "Node {name} is unschedulable, and takes no requests as long as others can"
                ),
            )
            .field("spec.unschedulable")
            .at(node.meta.origin)
            .help("uncordon it, or renew the Nodes in the input when it is back")
        });
        pool.findings.extend(said);
    }
}

fn same_family(one: &Address, other: &Address) -> bool {
    match (one, other) {
        (Address::Ip(one), Address::Ip(other)) => family_of(*one) == family_of(*other),
        (Address::Ip(_), _) | (_, Address::Ip(_)) => false,
        _ => true,
    }
}
