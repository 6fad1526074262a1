//! Node: its addresses, for routes that go through node ports.

use super::{Context, core};
use crate::manifest::model::{Meta, Node};

pub(super) fn read(object: core::Node, meta: Meta, context: &Context<'_, '_, '_>) -> Node {
    let status = object.status.unwrap_or_default();
    let place = context.root.child("status");
    let list = place.child("addresses");
    let addresses = status
        .addresses
        .unwrap_or_default()
        .into_iter()
        .zip(list.items())
        .map(|(address, place)| {
            let place = place.child("address");
            (address.type_, place.sourced(address.address))
        })
        .collect();
    let conditions = status.conditions.unwrap_or_default();
    // A hand-written inventory has no conditions: its nodes are meant to be used.
    let ready = conditions
        .iter()
        .find(|condition| condition.type_ == "Ready")
        .is_none_or(|condition| condition.status == "True");
    Node {
        meta,
        addresses,
        ready,
        unschedulable: object
            .spec
            .and_then(|spec| spec.unschedulable)
            .unwrap_or_default(),
        taints: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::{object, read_files};

    #[test]
    fn a_node_is_ready_unless_a_condition_denies_it() {
        let rows = [
            ("", true),
            ("conditions: [{type: Ready, status: 'True'}]", true),
            ("conditions: [{type: Ready, status: 'Unknown'}]", false),
        ];
        for (conditions, ready) in rows {
            let text = format!(
                "status: {{capacity: {{cpu: 1.5, memory: 1Gi}}, addresses: [{{type: InternalIP, address: 10.0.0.1}}], {conditions}}}"
            );
            let (_, manifests, findings) = read_files(&[("a.yaml", &object("v1", "Node", &text))]);
            assert_eq!(findings, []);
            let node = manifests.nodes.values().next().expect("a Node");
            assert_eq!(node.ready, ready, "{conditions}");
            assert_eq!(node.addresses[0].1.value, "10.0.0.1");
        }
    }
}
