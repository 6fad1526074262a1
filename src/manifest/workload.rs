//! Pods, and what makes pods, as far as they bind ports of their nodes.
//!
//! In: the tree of a DaemonSet, Deployment, StatefulSet, ReplicaSet or Pod. Out: a [`Workload`], or nothing for the many that
//! bind no port. They are read straight from the tree, and without a word about mistakes: their authors did not ask us, and
//! where one matters, a Service has no servers and says so.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::model::{
    Meta, NodeBoundPort, NodeTerm, ObjectName, Protocol, Requirement, Toleration, Workload,
};
use super::place::Node;
use crate::source::{Resolved, Sourced};

/// The kinds that are read, with the `apiVersion` that clusters serve them under.
const KINDS: [(&str, &str); 5] = [
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
    ("v1", "Pod"),
];

/// The name of the kind, if it is one of these.
pub(super) fn kind(api_version: &str, kind: &str) -> Option<&'static str> {
    let mut known = KINDS.iter();
    known
        .find(|row| **row == (api_version, kind))
        .map(|(_, kind)| *kind)
}

/// Reads an object of `kind`. `None` when it binds no port on a node, now, or has no name.
pub(super) fn read(
    root: Node<'_>,
    kind: &'static str,
    default_namespace: &str,
) -> Option<Workload> {
    let pod = match kind {
        "Pod" => root,
        _ => at(root, &["spec", "template"])?,
    };
    let is_running = match kind {
        "Pod" => is_placed(root),
        // One for all nodes, whatever it says.
        "DaemonSet" => true,
        // A Deployment keeps its old ReplicaSets, without pods.
        _ => at(root, &["spec", "replicas"]).and_then(Node::resolved) != Some(Resolved::Integer(0)),
    };
    if !is_running {
        return None;
    }
    let spec = pod.get("spec")?;
    let ports = ports(spec);
    if ports.is_empty() {
        return None;
    }
    let name = at(root, &["metadata", "name"])?;
    let namespace = at(root, &["metadata"]).and_then(|metadata| text(metadata, "namespace"));
    let affinity = [
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    ];
    Some(Workload {
        meta: Meta {
            name: ObjectName::new(
                namespace.unwrap_or(default_namespace),
                name.text().filter(|name| !name.is_empty())?,
            ),
            origin: name.origin(),
            annotations: Vec::new(),
            labels: BTreeMap::new(),
        },
        kind,
        pod_labels: map(at(pod, &["metadata", "labels"])),
        ports,
        node_name: text(spec, "nodeName").map(str::to_owned),
        node_selector: map(spec.get("nodeSelector")),
        node_terms: items(at(spec, &affinity)).map(term).collect(),
        tolerations: items(spec.get("tolerations")).map(toleration).collect(),
    })
}

/// Whether a Pod has a node and its ports there: a job that is over keeps its Pod, and the ports are free again.
fn is_placed(pod: Node<'_>) -> bool {
    let phase = at(pod, &["status", "phase"]).and_then(Node::text);
    let node = at(pod, &["spec"]).and_then(|spec| text(spec, "nodeName"));
    node.is_some() && !matches!(phase, Some("Succeeded" | "Failed"))
}

/// The ports of all containers that run beside each other: init containers do when they are always restarted (KEP-753).
fn ports(spec: Node<'_>) -> Vec<NodeBoundPort> {
    let on_host = spec.get("hostNetwork").and_then(Node::resolved) == Some(Resolved::Bool(true));
    let sidecars = items(spec.get("initContainers"))
        .filter(|container| text(*container, "restartPolicy") == Some("Always"));
    items(spec.get("containers"))
        .chain(sidecars)
        .flat_map(|container| items(container.get("ports")))
        .filter_map(|port| bound_port(port, on_host))
        .collect()
}

fn bound_port(port: Node<'_>, on_host: bool) -> Option<NodeBoundPort> {
    let number = |field| {
        let node = port.get(field)?;
        let Some(Resolved::Integer(value)) = node.resolved() else {
            return None;
        };
        let value = u16::try_from(value).ok().filter(|&value| value != 0)?;
        Some(Sourced::new(value, node.origin()))
    };
    // What listens on the loopback of the node is reached from nowhere else.
    let address = text(port, "hostIP").and_then(|ip| ip.parse::<IpAddr>().ok());
    if address.is_some_and(|ip| ip.is_loopback()) {
        return None;
    }
    let container_port = number("containerPort")?;
    Some(NodeBoundPort {
        name: text(port, "name").unwrap_or_default().to_owned(),
        container_port: container_port.value,
        host_port: number("hostPort").or(on_host.then_some(container_port))?,
        host_ip: address.filter(|ip| !ip.is_unspecified()),
        protocol: match text(port, "protocol") {
            Some("UDP") => Protocol::Udp,
            Some("SCTP") => Protocol::Sctp,
            _ => Protocol::Tcp,
        },
    })
}

fn term(node: Node<'_>) -> NodeTerm {
    let requirements = |field| items(node.get(field)).map(requirement).collect();
    NodeTerm {
        labels: requirements("matchExpressions"),
        fields: requirements("matchFields"),
    }
}

fn requirement(node: Node<'_>) -> Requirement {
    Requirement {
        key: owned(node, "key"),
        operator: owned(node, "operator"),
        values: items(node.get("values"))
            .filter_map(|value| Some(value.text()?.to_owned()))
            .collect(),
    }
}

fn toleration(node: Node<'_>) -> Toleration {
    Toleration {
        key: owned(node, "key"),
        exists: text(node, "operator") == Some("Exists"),
        value: owned(node, "value"),
        effect: owned(node, "effect"),
    }
}

fn at<'a>(node: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(node, |node, field| node.get(field))
}

fn items(node: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    node.into_iter().flat_map(Node::items)
}

/// The text of a field that is neither null nor empty.
fn text<'a>(node: Node<'a>, field: &str) -> Option<&'a str> {
    let value = node.get(field).filter(|value| !value.is_null())?;
    value.text().filter(|text| !text.is_empty())
}

fn owned(node: Node<'_>, field: &str) -> String {
    text(node, field).unwrap_or_default().to_owned()
}

fn map(node: Option<Node<'_>>) -> BTreeMap<String, String> {
    let entries = node.into_iter().flat_map(Node::entries);
    let pair = |(key, value): (Node<'_>, Node<'_>)| {
        let text = value.text().filter(|_| !value.is_null());
        Some((key.text()?.to_owned(), text?.to_owned()))
    };
    entries.filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::tests::read_files;

    fn workloads(text: &str) -> Vec<Workload> {
        let (_, manifests, findings) = read_files(&[("a.yaml", text)]);
        assert_eq!(findings, [], "{text}");
        manifests.workloads
    }

    /// `name container>host/protocol` of each port.
    fn bound(spec: &str) -> Vec<String> {
        let spec = spec.replacen('{', "{nodeName: n1, ", 1);
        let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {spec}\n");
        let ports = workloads(&text).into_iter().flat_map(|pod| pod.ports);
        let show = |port: NodeBoundPort| {
            let NodeBoundPort {
                name,
                container_port,
                host_port,
                host_ip,
                protocol,
            } = port;
            let (host, protocol) = (host_port.value, protocol.name());
            let ip = host_ip.map(|ip| format!("{ip}:")).unwrap_or_default();
            format!("{name} {container_port}>{ip}{host}/{protocol}")
        };
        ports.map(show).collect()
    }

    #[test]
    fn only_ports_on_the_node_are_kept() {
        let rows: [(&str, &[&str]); 11] = [
            ("{containers: [{ports: [{containerPort: 80}]}]}", &[]),
            (
                "{containers: [{ports: [{name: http, containerPort: 80, hostPort: 8080}, {containerPort: 81}]}]}",
                &["http 80>8080/TCP"],
            ),
            (
                "{hostNetwork: true, containers: [{ports: [{containerPort: 80}]}, {ports: [{containerPort: 53, protocol: UDP}]}]}",
                &[" 80>80/TCP", " 53>53/UDP"],
            ),
            (
                "{hostNetwork: false, containers: [{ports: [{containerPort: 80}]}]}",
                &[],
            ),
            (
                "{containers: [{ports: [{containerPort: 80, hostPort: 80, hostIP: 127.0.0.1}, {containerPort: 81, hostPort: 81, hostIP: 10.0.0.1}]}]}",
                &[" 81>10.0.0.1:81/TCP"],
            ),
            (
                "{initContainers: [{ports: [{containerPort: 1, hostPort: 1}]}, {restartPolicy: Always, ports: [{containerPort: 2, hostPort: 2}]}]}",
                &[" 2>2/TCP"],
            ),
            (
                "{containers: [{ports: [{containerPort: 0, hostPort: 80}, {containerPort: 80, hostPort: 70000}, {hostPort: 80}]}]}",
                &[],
            ),
            (
                "{containers: [{ports: [{containerPort: 80, hostPort: 80, hostIP: 0.0.0.0}, {containerPort: 81, hostPort: 81, hostIP: '::'}]}]}",
                &[" 80>80/TCP", " 81>81/TCP"],
            ),
            ("{containers: {ports: 1}}", &[]),
            ("text", &[]),
            (
                "{hostNetwork: true, containers: [{ports: [{containerPort: 80}]}]}\nstatus: {phase: Succeeded}",
                &[],
            ),
        ];
        for (spec, expected) in rows {
            assert_eq!(bound(spec), expected, "{spec}");
        }
    }

    #[test]
    fn what_has_no_pods_binds_nothing() {
        let pods = "template: {spec: {containers: [{ports: [{containerPort: 80, hostPort: 80}]}]}}";
        for (kind, replicas, count) in [
            ("ReplicaSet", "0", 0),
            ("Deployment", "0", 0),
            ("StatefulSet", "0", 0),
            ("StatefulSet", "1", 1),
            ("Deployment", "null", 1),
            ("DaemonSet", "0", 1),
        ] {
            let text = format!(
                "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{replicas: {replicas}, {pods}}}\n"
            );
            assert_eq!(workloads(&text).len(), count, "{text}");
        }
        for node in ["", "nodeName: '', ", "nodeName: null, "] {
            let text = format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{node}hostNetwork: true, containers: [{{ports: [{{containerPort: 80}}]}}]}}\n"
            );
            assert_eq!(workloads(&text).len(), 0, "{text}");
        }
    }

    #[test]
    fn what_makes_pods_is_read_through_its_template() {
        let template = "spec: {template: {metadata: {labels: {app: web}}, spec: {nodeSelector: {role: edge}, nodeName: n1, \
            tolerations: [{key: a, operator: Exists, effect: NoSchedule}, {operator: Exists}, {key: b, value: c}], \
            affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [\
              {matchExpressions: [{key: zone, operator: In, values: [a, b]}], matchFields: [{key: metadata.name, operator: In, values: [n1]}]}]}}}, \
            containers: [{ports: [{containerPort: 80, hostPort: 80}]}]}}}";
        let object = |kind: &str, name: &str| {
            format!(
                "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop, annotations: {{a: b}}}}\n{template}\n"
            )
        };
        let text = [
            object("StatefulSet", "s"),
            object("Deployment", "b"),
            object("Deployment", "a"),
            object("DaemonSet", "d"),
            object("ReplicaSet", "r"),
        ]
        .join("---\n");
        let found = workloads(&text);
        let names: Vec<_> = found
            .iter()
            .map(|it| format!("{} {}", it.kind, it.meta.name))
            .collect();
        assert_eq!(
            names,
            [
                "DaemonSet shop/d",
                "Deployment shop/a",
                "Deployment shop/b",
                "ReplicaSet shop/r",
                "StatefulSet shop/s"
            ]
        );
        let it = &found[0];
        assert_eq!(it.pod_labels["app"], "web");
        assert_eq!(it.node_selector["role"], "edge");
        assert_eq!(it.node_name.as_deref(), Some("n1"));
        let tolerated: Vec<_> = it
            .tolerations
            .iter()
            .map(|it| format!("{}/{}/{}/{}", it.key, it.exists, it.value, it.effect))
            .collect();
        assert_eq!(tolerated, ["a/true//NoSchedule", "/true//", "b/false/c/"]);
        let term = &it.node_terms[0];
        assert_eq!(
            (
                term.labels[0].key.as_str(),
                term.labels[0].operator.as_str()
            ),
            ("zone", "In")
        );
        assert_eq!(term.labels[0].values, ["a", "b"]);
        assert_eq!(term.fields[0].values, ["n1"]);
        assert!(it.meta.annotations.is_empty());
    }

    #[test]
    fn they_are_found_in_lists_once_and_counted_as_other_kinds() {
        let pod = "metadata: {name: p}, spec: {nodeName: n1, hostNetwork: true, containers: [{ports: [{containerPort: 80}]}]}";
        let text = format!(
            "apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Pod, {pod}}}\n- {{apiVersion: v1, kind: PodList, items: [{{{pod}}}, {{metadata: {{name: q}}}}]}}\n- {{apiVersion: example.com/v1, kind: Pod, {pod}}}\n"
        );
        let (_, manifests, findings) = read_files(&[("a.yaml", &text)]);
        assert_eq!(findings, []);
        let names: Vec<_> = manifests.workloads.iter().map(|it| &it.meta.name).collect();
        assert_eq!(names, [&ObjectName::new("default", "p")]);
        assert_eq!(
            (manifests.census.others, manifests.census.objects()),
            (4, 0)
        );
    }
}
