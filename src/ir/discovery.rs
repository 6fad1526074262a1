//! Where resolvers look for servers: nodes, DNS and networks, as configured.

use std::num::NonZeroU16;

use super::server::{Address, Fqdn, Nameserver};
use crate::source::Sourced;

/// The nodes of a cluster, whose ports are open to this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nodes {
    /// The Node objects among the manifests, by the address of this type.
    Input(NodeAddressType),
    /// These addresses.
    List(Vec<Sourced<Address>>),
}

impl Default for Nodes {
    fn default() -> Self {
        Self::Input(NodeAddressType::InternalIp)
    }
}

/// The type of a Node's address in its `status.addresses`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NodeAddressType {
    /// `InternalIP`.
    #[default]
    InternalIp,
    /// `ExternalIP`.
    ExternalIp,
    /// `Hostname`, resolved by DNS.
    Hostname,
}

impl NodeAddressType {
    /// All types.
    pub const ALL: [Self; 3] = [Self::InternalIp, Self::ExternalIp, Self::Hostname];

    /// As Nodes spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::InternalIp => "InternalIP",
            Self::ExternalIp => "ExternalIP",
            Self::Hostname => "Hostname",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }
}

/// The DNS of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterDns {
    /// Whom to ask; not empty.
    pub nameservers: Vec<Nameserver>,
    /// The domain below which Services are named; `cluster.local` unless the cluster was set up otherwise.
    pub domain: Fqdn,
    /// How many servers a Service can have.
    pub slots: NonZeroU16,
}
