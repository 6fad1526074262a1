//! On which nodes the pods of a workload can be.
//!
//! In: a workload and a Node. Out: whether the scheduler, or the DaemonSet controller, could have put a pod there
//! (<https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/>). Resources, pod affinity and spread constraints
//! are not asked: they decide among these nodes, and the health checks find out how.

use crate::manifest::{Node, NodeTerm, Requirement, Taint, Toleration, Workload};

/// Whether `workload` can have a pod on `node`.
pub(in super::super) fn admits(workload: &Workload, node: &Node) -> bool {
    let name = &node.meta.name.name;
    let labels = &node.meta.labels;
    workload.node_name.as_ref().is_none_or(|it| it == name)
        && workload
            .node_selector
            .iter()
            .all(|(key, value)| labels.get(key) == Some(value))
        && (workload.node_terms.is_empty()
            || workload.node_terms.iter().any(|term| holds(term, node)))
        && node.taints.iter().all(|taint| tolerates(workload, taint))
}

/// All requirements hold. A term without any matches no node, as the API says of it.
fn holds(term: &NodeTerm, node: &Node) -> bool {
    let label = |it: &Requirement| meets(it, node.meta.labels.get(&it.key).map(String::as_str));
    let field = |it: &Requirement| {
        it.key == "metadata.name" && meets(it, Some(node.meta.name.name.as_str()))
    };
    (!term.labels.is_empty() || !term.fields.is_empty())
        && term.labels.iter().all(label)
        && term.fields.iter().all(field)
}

/// A requirement asked of a label's value, `None` when the node does not have it.
fn meets(requirement: &Requirement, value: Option<&str>) -> bool {
    let among = |value: &str| requirement.values.iter().any(|it| it == value);
    let compared = || {
        let wanted: i64 = requirement.values.first()?.parse().ok()?;
        Some(value?.parse::<i64>().ok()?.cmp(&wanted))
    };
    match requirement.operator.as_str() {
        "In" => value.is_some_and(among),
        "NotIn" => !value.is_some_and(among),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => compared().is_some_and(std::cmp::Ordering::is_gt),
        "Lt" => compared().is_some_and(std::cmp::Ordering::is_lt),
        _ => false,
    }
}

/// Whether a taint lets the pods in.
fn tolerates(workload: &Workload, taint: &Taint) -> bool {
    let decides = match taint.effect.as_str() {
        // A pod that names its node has not been scheduled: a static pod, or one in an export of a running cluster.
        "NoSchedule" => workload.node_name.is_none(),
        "NoExecute" => true,
        _ => false,
    };
    !decides
        || (workload.kind == "DaemonSet" && tolerated_by_daemons(taint))
        || workload
            .tolerations
            .iter()
            .any(|toleration| matches(toleration, taint))
}

/// As the scheduler compares them. For how long a `NoExecute` taint is tolerated is not asked.
fn matches(toleration: &Toleration, taint: &Taint) -> bool {
    (toleration.effect.is_empty() || toleration.effect == taint.effect)
        && (toleration.key.is_empty() || toleration.key == taint.key)
        && (toleration.exists || toleration.value == taint.value)
}

/// What the DaemonSet controller adds to the tolerations of its pods
/// (<https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations>).
fn tolerated_by_daemons(taint: &Taint) -> bool {
    let Some(key) = taint.key.strip_prefix("node.kubernetes.io/") else {
        return false;
    };
    match taint.effect.as_str() {
        "NoExecute" => matches!(key, "not-ready" | "unreachable"),
        // The last one only with `hostNetwork`; without, such a node is one that the health checks find.
        "NoSchedule" => matches!(
            key,
            "disk-pressure"
                | "memory-pressure"
                | "pid-pressure"
                | "unschedulable"
                | "network-unavailable"
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::testing::{World, taint};

    /// A node `n1` with some labels.
    fn node() -> Node {
        let mut world = World::default();
        let node = world.node("n1", &[("InternalIP", "10.0.0.1")]);
        for (key, value) in [("disk", "ssd"), ("cores", "8"), ("empty", "")] {
            node.meta.labels.insert(key.to_owned(), value.to_owned());
        }
        node.clone()
    }

    fn daemon_set() -> Workload {
        let mut world = World::default();
        world.workload("a", "web", ("http", 80, 80)).clone()
    }

    fn requirement(text: &str) -> Requirement {
        let mut words = text.split(' ').map(str::to_owned);
        Requirement {
            key: words.next().unwrap_or_default(),
            operator: words.next().unwrap_or_default(),
            values: words.collect(),
        }
    }

    fn toleration(key: &str, exists: bool, value: &str, effect: &str) -> Toleration {
        Toleration {
            key: key.to_owned(),
            exists,
            value: value.to_owned(),
            effect: effect.to_owned(),
        }
    }

    #[test]
    fn requirements_are_asked_of_labels() {
        for (text, met) in [
            ("disk In ssd nvme", true),
            ("disk In hdd", false),
            ("gpu In a", false),
            ("disk NotIn hdd", true),
            ("disk NotIn ssd", false),
            ("gpu NotIn a", true),
            ("empty Exists", true),
            ("gpu Exists", false),
            ("gpu DoesNotExist", true),
            ("disk DoesNotExist", false),
            ("cores Gt 4", true),
            ("cores Gt 8", false),
            ("cores Lt 16", true),
            ("cores Lt 8", false),
            ("disk Gt 4", false),
            ("gpu Lt 4", false),
            ("cores Gt", false),
            ("disk Equals ssd", false),
        ] {
            let mut workload = daemon_set();
            workload.node_terms = vec![NodeTerm {
                labels: vec![requirement(text)],
                fields: vec![],
            }];
            assert_eq!(admits(&workload, &node()), met, "{text}");
        }
    }

    #[test]
    fn one_term_has_to_hold_with_all_of_its_requirements() {
        let term = |labels: &[&str], fields: &[&str]| NodeTerm {
            labels: labels.iter().map(|text| requirement(text)).collect(),
            fields: fields.iter().map(|text| requirement(text)).collect(),
        };
        for (terms, met) in [
            (vec![term(&["disk In ssd", "gpu Exists"], &[])], false),
            (
                vec![term(&["gpu Exists"], &[]), term(&["disk Exists"], &[])],
                true,
            ),
            (vec![term(&[], &[])], false),
            (vec![term(&[], &["metadata.name In n1"])], true),
            (
                vec![term(&["disk Exists"], &["metadata.name In n2"])],
                false,
            ),
            (vec![term(&[], &["metadata.name NotIn n2"])], true),
            (vec![term(&[], &["metadata.uid NotIn n2"])], false),
        ] {
            let mut workload = daemon_set();
            workload.node_terms.clone_from(&terms);
            assert_eq!(admits(&workload, &node()), met, "{terms:?}");
        }
    }

    #[test]
    fn names_and_selectors_have_to_fit() {
        for (name, key, value, met) in [
            (None, "disk", "ssd", true),
            (None, "disk", "hdd", false),
            (None, "gpu", "", false),
            (Some("n1"), "disk", "ssd", true),
            (Some("n1"), "disk", "hdd", false),
            (Some("n2"), "disk", "ssd", false),
        ] {
            let mut workload = daemon_set();
            workload.node_name = name.map(str::to_owned);
            workload
                .node_selector
                .insert(key.to_owned(), value.to_owned());
            assert_eq!(admits(&workload, &node()), met, "{name:?} {key}={value}");
        }
    }

    #[test]
    fn taints_have_to_be_tolerated() {
        let mut gpu = taint("gpu", "NoSchedule");
        gpu.value = "yes".to_owned();
        for (tolerations, met) in [
            (vec![], false),
            (vec![toleration("gpu", true, "", "")], true),
            (vec![toleration("gpu", false, "yes", "NoSchedule")], true),
            (vec![toleration("gpu", false, "no", "")], false),
            (vec![toleration("gpu", true, "", "NoExecute")], false),
            (vec![toleration("", true, "", "")], true),
            (vec![toleration("cpu", true, "", "")], false),
        ] {
            let (mut workload, mut node) = (daemon_set(), node());
            node.taints = vec![gpu.clone(), taint("soft", "PreferNoSchedule")];
            workload.tolerations.clone_from(&tolerations);
            assert_eq!(admits(&workload, &node), met, "{tolerations:?}");
        }
    }

    #[test]
    fn daemons_stay_on_nodes_with_problems() {
        for (key, effect, daemon) in [
            ("node.kubernetes.io/unschedulable", "NoSchedule", true),
            ("node.kubernetes.io/disk-pressure", "NoSchedule", true),
            ("node.kubernetes.io/not-ready", "NoExecute", true),
            ("node.kubernetes.io/unschedulable", "NoExecute", false),
            ("node.kubernetes.io/not-ready", "NoSchedule", false),
            ("example.com/unschedulable", "NoSchedule", false),
        ] {
            let (mut workload, mut node) = (daemon_set(), node());
            node.taints = vec![taint(key, effect)];
            assert_eq!(admits(&workload, &node), daemon, "{key}:{effect}");
            workload.kind = "Deployment";
            assert!(!admits(&workload, &node), "{key}:{effect}");
        }
    }

    #[test]
    fn a_pod_with_a_node_was_not_scheduled() {
        let (mut pod, mut node) = (daemon_set(), node());
        pod.kind = "Pod";
        pod.node_name = Some("n1".to_owned());
        node.taints = vec![taint("gpu", "NoSchedule")];
        assert!(admits(&pod, &node));
        node.taints = vec![taint("gpu", "NoExecute")];
        assert!(!admits(&pod, &node));
    }
}
