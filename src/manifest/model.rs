//! What the compiler needs of each kind, after the API server's defaults have been applied.
//!
//! Values are as written: an illegal one has its finding already, and the checked constructors of `ir` will refuse it.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::source::{Origin, Sourced};

/// Namespace and name. Cluster-scoped objects have an empty namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// The namespace, or `""`.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl ObjectName {
    /// `namespace/name`.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}/{}", self.namespace, self.name)
        }
    }
}

/// The kinds that are compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `networking.k8s.io` Ingress.
    Ingress,
    /// `networking.k8s.io` IngressClass.
    IngressClass,
    /// `v1` Service.
    Service,
    /// `discovery.k8s.io` EndpointSlice.
    EndpointSlice,
    /// `v1` Endpoints.
    Endpoints,
    /// `v1` Secret.
    Secret,
    /// `v1` ConfigMap.
    ConfigMap,
    /// `v1` Node.
    Node,
    /// `v1` Namespace.
    Namespace,
}

impl Kind {
    /// Every kind, in the order of the summary line.
    pub const ALL: [Self; 9] = [
        Self::Ingress,
        Self::IngressClass,
        Self::Service,
        Self::EndpointSlice,
        Self::Endpoints,
        Self::Secret,
        Self::ConfigMap,
        Self::Node,
        Self::Namespace,
    ];

    /// The kind as manifests spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::IngressClass => "IngressClass",
            Self::Service => "Service",
            Self::EndpointSlice => "EndpointSlice",
            Self::Endpoints => "Endpoints",
            Self::Secret => "Secret",
            Self::ConfigMap => "ConfigMap",
            Self::Node => "Node",
            Self::Namespace => "Namespace",
        }
    }

    /// Whether objects of this kind live outside namespaces.
    pub fn is_cluster_scoped(self) -> bool {
        matches!(self, Self::IngressClass | Self::Node | Self::Namespace)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `metadata`, as far as anybody here reads it.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Who it is.
    pub name: ObjectName,
    /// The value of `metadata.name`: where findings about the object as a whole point.
    pub origin: Origin,
    /// In the order of the file.
    pub annotations: Vec<Annotation>,
    /// Labels of Nodes and Namespaces, by which they are selected. Empty for the other kinds: nobody reads theirs.
    pub labels: BTreeMap<String, String>,
}

impl Meta {
    /// The annotation with this key; the last one, should there be several.
    pub fn annotation(&self, key: &str) -> Option<&Annotation> {
        self.annotations.iter().rev().find(|entry| entry.key == key)
    }
}

/// Labels in one piece of text: there are as many of these as Services, and few are ever looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels(Box<str>);

impl Labels {
    /// Puts them together. A key or value with a NUL, which the API server refuses, matches nothing.
    pub fn new<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut text = String::new();
        for (key, value) in labels {
            text.extend([key, "\0", value, "\0"]);
        }
        Self(text.into())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and values, in the order in which they were put together.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut parts = self.0.split_terminator('\0');
        std::iter::from_fn(move || parts.next().zip(parts.next()))
    }
}

/// One annotation.
#[derive(Debug, Clone)]
pub struct Annotation {
    /// `prefix/name`.
    pub key: String,
    /// Where the key stands.
    pub key_origin: Origin,
    /// The value.
    pub value: Sourced<String>,
}

/// An Ingress. <https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/>
#[derive(Debug, Clone)]
pub struct Ingress {
    /// Its name and annotations.
    pub meta: Meta,
    /// `spec.ingressClassName`.
    pub class_name: Option<Sourced<String>>,
    /// `spec.defaultBackend`.
    pub default_backend: Option<IngressBackend>,
    /// `spec.rules`.
    pub rules: Vec<IngressRule>,
    /// `spec.tls`.
    pub tls: Vec<IngressTls>,
}

/// `spec.rules[]`.
#[derive(Debug, Clone)]
pub struct IngressRule {
    /// The whole rule.
    pub origin: Origin,
    /// `host`; `None` stands for every host that no other rule names.
    pub host: Option<Sourced<String>>,
    /// `http.paths`; `None` when `http` is absent or null.
    pub paths: Option<Vec<IngressPath>>,
}

/// `spec.rules[].http.paths[]`.
#[derive(Debug, Clone)]
pub struct IngressPath {
    /// The whole path entry.
    pub origin: Origin,
    /// `path`; empty when absent (then its place is the entry's).
    pub path: Sourced<String>,
    /// `pathType`; `None` when absent or unknown, which has its finding already.
    pub path_type: Option<PathType>,
    /// `backend`; `None` when it names neither a Service nor a resource, which has its finding already.
    pub backend: Option<IngressBackend>,
}

/// `pathType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathType {
    /// The whole path, byte for byte.
    Exact,
    /// By elements between slashes.
    Prefix,
    /// The controller's choice; here that of the profile.
    ImplementationSpecific,
}

impl PathType {
    /// As manifests spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "Exact",
            Self::Prefix => "Prefix",
            Self::ImplementationSpecific => "ImplementationSpecific",
        }
    }
}

/// `IngressBackend`.
#[derive(Debug, Clone)]
pub struct IngressBackend {
    /// The whole backend.
    pub origin: Origin,
    /// What it points to.
    pub target: IngressTarget,
}

/// What an `IngressBackend` points to.
#[derive(Debug, Clone)]
pub enum IngressTarget {
    /// `service`, in the namespace of the Ingress.
    Service {
        /// `service.name`.
        name: Sourced<String>,
        /// `service.port`; `None` when its shape is illegal, which has its finding already.
        port: Option<Sourced<PortRef>>,
    },
    /// `resource`: `kind/name`.
    Resource(Sourced<String>),
}

/// How an Ingress names a Service port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortRef {
    /// By number: a Service port, not a target port.
    Number(u16),
    /// By name.
    Name(String),
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// `spec.tls[]`.
#[derive(Debug, Clone)]
pub struct IngressTls {
    /// The whole entry.
    pub origin: Origin,
    /// `hosts`.
    pub hosts: Vec<Sourced<String>>,
    /// `secretName`; `None` when absent or empty.
    pub secret_name: Option<Sourced<String>>,
}

/// An IngressClass.
#[derive(Debug, Clone)]
pub struct IngressClass {
    /// Its name and annotations.
    pub meta: Meta,
    /// `spec.controller`, such as `haproxy.org/ingress-controller`.
    pub controller: Sourced<String>,
    /// `ingressclass.kubernetes.io/is-default-class: "true"`: the place of the value.
    pub is_default: Option<Origin>,
}

/// `spec.type` of a Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ServiceType {
    /// The default.
    #[default]
    ClusterIp,
    /// A port on every node.
    NodePort,
    /// An address from outside.
    LoadBalancer,
    /// A CNAME.
    ExternalName,
}

/// TCP, UDP or SCTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Protocol {
    /// The default.
    #[default]
    Tcp,
    /// HAProxy cannot balance it.
    Udp,
    /// HAProxy cannot balance it.
    Sctp,
}

impl Protocol {
    /// As manifests spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

/// An address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IpFamily {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// A Service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name and annotations.
    pub meta: Meta,
    /// `spec.type`.
    pub kind: ServiceType,
    /// `clusterIP: None`.
    pub headless: bool,
    /// `spec.externalName`.
    pub external_name: Option<Sourced<String>>,
    /// `spec.ports`, in the order of the file.
    pub ports: Vec<ServicePort>,
    /// `spec.selector`; empty when somebody else lists its endpoints.
    pub selector: Labels,
    /// `spec.ipFamilies`, as written.
    pub ip_families: Vec<IpFamily>,
    /// `spec.publishNotReadyAddresses`.
    pub publish_not_ready: bool,
    /// It has been in a cluster: what the API server fills in is there, such as `spec.clusterIPs`, which nobody writes.
    pub exported: bool,
    /// The ways in that most Services do not have. Boxed, because there are many Services.
    pub exposure: Option<Box<Exposure>>,
}

impl Service {
    /// The ways in, or none of them.
    pub fn exposure(&self) -> &Exposure {
        static NONE: Exposure = Exposure::NONE;
        self.exposure.as_deref().unwrap_or(&NONE)
    }
}

/// The ways into a Service that are not its endpoints. As written: an illegal value has its finding, and is refused later.
#[derive(Debug, Clone, Default)]
pub struct Exposure {
    /// `spec.clusterIPs`, or `spec.clusterIP`; not `None` and not empty.
    pub cluster_ips: Vec<Sourced<String>>,
    /// `spec.externalIPs`.
    pub external_ips: Vec<Sourced<String>>,
    /// `spec.loadBalancerIP`.
    pub load_balancer_ip: Option<Sourced<String>>,
    /// `status.loadBalancer.ingress[]`: each one's `ip`, or else its `hostname`.
    pub load_balancer: Vec<Sourced<String>>,
    /// `spec.externalTrafficPolicy: Local`: only nodes with a pod of it answer. The place of the value.
    pub local_traffic: Option<Origin>,
    /// `spec.healthCheckNodePort`, when pinned.
    pub health_check_node_port: Option<Sourced<u16>>,
    /// `spec.allocateLoadBalancerNodePorts: false`: it has no node ports but those that are pinned.
    pub no_node_ports: bool,
    /// `spec.sessionAffinity: ClientIP`: for how many seconds (3 hours unless configured), at the place of `sessionAffinity`.
    pub client_ip_affinity: Option<Sourced<u32>>,
}

impl Exposure {
    const NONE: Self = Self {
        cluster_ips: Vec::new(),
        external_ips: Vec::new(),
        load_balancer_ip: None,
        load_balancer: Vec::new(),
        local_traffic: None,
        health_check_node_port: None,
        no_node_ports: false,
        client_ip_affinity: None,
    };
}

/// `spec.ports[]` of a Service.
#[derive(Debug, Clone)]
pub struct ServicePort {
    /// The whole port.
    pub origin: Origin,
    /// `name`; empty when absent, which is legal for a single port.
    pub name: String,
    /// `port`.
    pub port: Sourced<u16>,
    /// `targetPort`; the port itself when absent.
    pub target: TargetPort,
    /// `protocol`.
    pub protocol: Protocol,
    /// `appProtocol`.
    pub app_protocol: Option<Sourced<String>>,
    /// `nodePort`, when pinned.
    pub node_port: Option<u16>,
}

/// `targetPort`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetPort {
    /// A container port by number.
    Number(u16),
    /// A container port by name: each pod may give it another number.
    Name(String),
}

/// An EndpointSlice.
#[derive(Debug, Clone)]
pub struct EndpointSlice {
    /// Its name and labels.
    pub meta: Meta,
    /// The label `kubernetes.io/service-name`; `None` makes it an orphan.
    pub service: Option<String>,
    /// `addressType`.
    pub address_type: AddressType,
    /// `ports`; `None` when absent or null.
    pub ports: Vec<EndpointPort>,
    /// `endpoints`.
    pub endpoints: Vec<Endpoint>,
    /// When it last changed, in Unix seconds: `endpoints.kubernetes.io/last-change-trigger-time`, or else
    /// `metadata.creationTimestamp`. Only exports have either.
    pub changed: Option<i64>,
}

/// `addressType` of an EndpointSlice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressType {
    /// IPv4 addresses.
    Ipv4,
    /// IPv6 addresses.
    Ipv6,
    /// Names; kube-proxy ignores them, HAProxy can resolve them.
    Fqdn,
}

/// `ports[]` of an EndpointSlice or of an Endpoints subset.
#[derive(Debug, Clone)]
pub struct EndpointPort {
    /// The whole port.
    pub origin: Origin,
    /// `name`: equal to the Service port's; empty when absent.
    pub name: String,
    /// `port`; `None` means all ports.
    pub port: Option<u16>,
    /// `protocol`.
    pub protocol: Protocol,
    /// `appProtocol`.
    pub app_protocol: Option<Sourced<String>>,
}

/// `endpoints[]` of an EndpointSlice.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// `addresses[0]`, the only one with a defined meaning.
    pub address: Sourced<String>,
    /// `conditions.ready`; absent means true.
    pub ready: bool,
    /// `conditions.serving`; absent means as `ready`.
    pub serving: bool,
    /// `conditions.terminating`; absent means false.
    pub terminating: bool,
    /// Where its pod runs; shared by all that run there.
    pub placement: Option<Arc<Placement>>,
}

impl Endpoint {
    /// `nodeName`.
    pub fn node(&self) -> Option<&str> {
        self.placement.as_deref()?.node.as_deref()
    }

    /// `zone`.
    pub fn zone(&self) -> Option<&str> {
        self.placement.as_deref()?.zone.as_deref()
    }
}

/// Where a pod runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Placement {
    /// `nodeName`.
    pub node: Option<String>,
    /// `zone`.
    pub zone: Option<String>,
}

/// Legacy Endpoints.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// Its name, which is the Service's.
    pub meta: Meta,
    /// `subsets`.
    pub subsets: Vec<EndpointSubset>,
}

/// `subsets[]` of Endpoints: every address with every port.
#[derive(Debug, Clone)]
pub struct EndpointSubset {
    /// `addresses` (ready) and `notReadyAddresses` (not ready).
    pub endpoints: Vec<Endpoint>,
    /// `ports`.
    pub ports: Vec<EndpointPort>,
}

/// A Secret. Its values are redacted wherever it is printed.
#[derive(Clone)]
pub struct Secret {
    /// Its name.
    pub meta: Meta,
    /// `type`; `Opaque` when absent.
    pub kind: String,
    /// `data` decoded, overlaid by `stringData`. The place is the value's.
    pub data: BTreeMap<String, Sourced<Vec<u8>>>,
    /// The API server refuses it, and a finding says why: a value is not base64, or a key is not there that its type needs.
    pub refused: bool,
    /// Values were taken away by `ingressc redact`: the Secret exists elsewhere, and what is left of it is public.
    pub redacted: bool,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("name", &self.meta.name)
            .field("kind", &self.kind)
            .field("keys", &self.data.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// A ConfigMap.
#[derive(Debug, Clone)]
pub struct ConfigMap {
    /// Its name.
    pub meta: Meta,
    /// `data`.
    pub data: BTreeMap<String, Sourced<String>>,
}

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

/// A Namespace.
#[derive(Debug, Clone)]
pub struct Namespace {
    /// Its name and labels.
    pub meta: Meta,
}
