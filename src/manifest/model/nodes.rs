//! Nodes, and the workloads that bind ports of theirs.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Meta, Protocol};
use crate::source::Sourced;

/// A Node.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its name and labels.
    pub meta: Meta,
    /// `status.addresses`: type and address.
    pub addresses: Vec<(String, Sourced<String>)>,
    /// The `Ready` condition is `True`.
    pub ready: bool,
    /// `spec.unschedulable`.
    pub unschedulable: bool,
    /// `spec.taints`.
    pub taints: Vec<Taint>,
}

/// `spec.taints[]` of a Node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taint {
    /// `key`.
    pub key: String,
    /// `value`; empty when absent.
    pub value: String,
    /// `effect`: `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

/// A DaemonSet, Deployment, StatefulSet, ReplicaSet or Pod with a port on its node: those without are not kept, and nothing is
/// said about any.
#[derive(Debug, Clone)]
pub struct Workload {
    /// Its name. Labels and annotations are empty.
    pub meta: Meta,
    /// `DaemonSet`.
    pub kind: &'static str,
    /// The labels of its pods.
    pub pod_labels: BTreeMap<String, String>,
    /// Its containers' ports with a port on the node.
    pub ports: Vec<NodeBoundPort>,
    /// `nodeName` of the pods.
    pub node_name: Option<String>,
    /// `nodeSelector` of the pods.
    pub node_selector: BTreeMap<String, String>,
    /// `affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`: one of them has to hold; empty
    /// when there is no such affinity.
    pub node_terms: Vec<NodeTerm>,
    /// `tolerations` of the pods.
    pub tolerations: Vec<Toleration>,
}

/// A container port that is bound on the node.
#[derive(Debug, Clone)]
pub struct NodeBoundPort {
    /// `name`; empty when absent.
    pub name: String,
    /// `containerPort`.
    pub container_port: u16,
    /// `hostPort`, or with `hostNetwork` the container port. The place of the one that says so.
    pub host_port: Sourced<u16>,
    /// `hostIP`: the one address of the node that it is bound to; `None` for all of them.
    pub host_ip: Option<IpAddr>,
    /// `protocol`.
    pub protocol: Protocol,
}

/// One of a pod's `nodeSelectorTerms`: all of its requirements have to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeTerm {
    /// `matchExpressions`.
    pub labels: Vec<Requirement>,
    /// `matchFields`; the only field is `metadata.name`.
    pub fields: Vec<Requirement>,
}

/// `key operator values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// `key`.
    pub key: String,
    /// `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`.
    pub operator: String,
    /// `values`.
    pub values: Vec<String>,
}

/// One of a pod's `tolerations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toleration {
    /// `key`; empty tolerates every key.
    pub key: String,
    /// `operator: Exists`, as opposed to `Equal`.
    pub exists: bool,
    /// `value`.
    pub value: String,
    /// `effect`; empty tolerates every effect.
    pub effect: String,
}
