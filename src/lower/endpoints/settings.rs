//! What the user decided about finding servers.

use std::collections::BTreeMap;

use super::inventory::Inventory;
use crate::ir::{ClusterDns, ClusterName, Nameserver, Nodes, Resolver};
use crate::manifest::ObjectName;
use crate::source::Sourced;

/// How servers are found; of one cluster.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The cluster's name, where there are several.
    pub cluster: Option<ClusterName>,
    /// The resolvers, in the order in which they are asked.
    pub order: Vec<Resolver>,
    /// Services with an order of their own, as said at their key; wins over their annotation `ingressc/endpoints`.
    pub services: BTreeMap<ObjectName, Sourced<Vec<Resolver>>>,
    /// The inventory, when there is one.
    pub inventory: Option<Inventory>,
    /// Whether clusters that are set aside read the inventory, too: it may name Services that only they have.
    pub inventory_shared: bool,
    /// The nodes.
    pub nodes: Nodes,
    /// The cluster's DNS, when this host can reach it.
    pub dns: Option<ClusterDns>,
    /// Whom to ask for names outside of the cluster; empty means the DNS servers of HAProxy's host.
    pub nameservers: Vec<Nameserver>,
    /// The networks of pods to which this host has routes; empty when nothing is known about them.
    pub pod_networks: Vec<ipnet::IpNet>,
    /// The zone that this host is in: servers of other zones are backups then.
    pub zone: Option<String>,
    /// Whether servers at loopback, link-local and metadata addresses are kept that manifests ask for. They are left out otherwise:
    /// whoever writes a manifest could reach HAProxy's own machine and the credentials of its cloud.
    pub internal_targets: bool,
    /// Services that no resolver knows get a server that nobody is, instead of a finding.
    pub placeholders: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cluster: None,
            order: Resolver::DEFAULT_ORDER.to_vec(),
            services: BTreeMap::new(),
            inventory: None,
            inventory_shared: false,
            nodes: Nodes::default(),
            dns: None,
            nameservers: Vec::new(),
            pod_networks: Vec::new(),
            zone: None,
            internal_targets: false,
            placeholders: false,
        }
    }
}
