//! Services, the ways into them, and what lists their endpoints.

use std::sync::Arc;

use super::{Labels, Meta};
use crate::source::{Origin, Sourced};

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
