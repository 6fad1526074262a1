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
