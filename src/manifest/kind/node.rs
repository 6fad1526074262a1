//! Node: its addresses, for routes that go through node ports, and its taints, for pods that bind ports on it.

use super::{Context, core, exact};
use crate::manifest::model::{Meta, Node, Taint};

pub(super) fn read(object: core::Node, meta: Meta, context: &Context<'_, '_, '_>) -> Node {
    let status = object.status.unwrap_or_default();
    let spec = object.spec.unwrap_or_default();
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
        unschedulable: spec.unschedulable.unwrap_or_default(),
        taints: exact(spec.taints.unwrap_or_default().into_iter().map(taint)),
    }
}

fn taint(taint: core::Taint) -> Taint {
    Taint {
        key: taint.key,
        value: taint.value.unwrap_or_default(),
        effect: taint.effect,
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

    #[test]
    fn taints_keep_pods_away() {
        let text = "spec: {unschedulable: true, taints: [{key: a/b, value: c, effect: NoExecute}, {key: d, effect: NoSchedule}]}";
        let (_, manifests, findings) = read_files(&[("a.yaml", &object("v1", "Node", text))]);
        assert_eq!(findings, []);
        let node = manifests.nodes.values().next().expect("a Node");
        assert!(node.unschedulable);
        let taints: Vec<_> = node
            .taints
            .iter()
            .map(|taint| format!("{}={}:{}", taint.key, taint.value, taint.effect))
            .collect();
        assert_eq!(taints, ["a/b=c:NoExecute", "d=:NoSchedule"]);
    }
}
