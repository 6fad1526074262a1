//! What `ingressc.yaml` can say. `None` and empty mean that nothing was said.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::annotations::{self, MapFormat};
use crate::finding::suppress::Ignore;
use crate::finding::{Code, Level, Severity};
use crate::ir::{
    BindAddress, ClusterDns, ClusterName, HaproxyVersion, Layout, Nameserver, Nodes, Peer,
    PortRange, Resolver, SocketPath, Weight,
};
use crate::lint::Policy;
use crate::manifest::ObjectName;
use crate::source::Sourced;

/// `listen.http` where nothing is said.
pub(crate) const HTTP: &str = ":80";

/// `listen.https` where nothing is said.
pub(crate) const HTTPS: &str = ":443";

/// `listen.metrics` where nothing is said.
pub(crate) const METRICS: &str = "127.0.0.1:8404";

/// What was configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `inputs`: paths and globs, relative to where the tool runs.
    pub inputs: Vec<String>,
    /// `exclude`: globs.
    pub exclude: Vec<String>,
    /// `namespace` of objects that name none.
    pub namespace: Option<String>,
    /// `classes`; an empty name takes Ingresses without a class.
    pub classes: Option<Vec<String>>,
    /// `target.haproxy`: the lowest version that must accept the output.
    pub haproxy: Option<HaproxyVersion>,
    /// `target.layout`.
    pub layout: Option<Layout>,
    /// `listen.http`.
    pub http: Option<Vec<Sourced<BindAddress>>>,
    /// `listen.https`.
    pub https: Option<Vec<Sourced<BindAddress>>>,
    /// `listen.metrics`.
    pub metrics: Option<Vec<Sourced<BindAddress>>>,
    /// `listen.admin`.
    pub admin: Admin,
    /// `endpoints`: of all clusters.
    pub endpoints: Endpoints,
    /// `clusters`, sorted by name; empty where there is but one.
    pub clusters: Vec<Cluster>,
    /// `peers`, sorted by name.
    pub peers: Vec<Peer>,
    /// `tcp`.
    pub tcp: Tcp,
    /// `include`.
    pub include: Include,
    /// `certificates.map`: Secrets that are files on HAProxy's host.
    pub certificate_files: BTreeMap<ObjectName, String>,
    /// `certificates.default`: the Secret for names that no certificate covers.
    pub default_certificate: Option<ObjectName>,
    /// `profile`, `dialects`, `configMap` and what else annotations are read by.
    pub annotations: annotations::Settings,
    /// `policy`, but for the directives of raw lines, by which annotations are read.
    pub policy: Policy,
    /// `rules.fail-on`.
    pub fail_on: Option<Severity>,
    /// `rules.CODE.level`.
    pub levels: BTreeMap<Code, Level>,
    /// `ignore`: findings that are not told.
    pub ignores: Vec<Ignore>,
    /// `baseline`: the file of those that were there before, relative to where the tool runs.
    pub baseline: Option<String>,
}

/// `tcp`: ports whose connections go to servers as they come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tcp {
    /// `pool`: the ports that exposed Services are given.
    pub pool: Option<Sourced<PortRange>>,
    /// `lock`: the file that keeps who has which, relative to where the tool runs.
    pub lock: Option<Sourced<String>>,
    /// `addresses`: where they are bound; every address of the host when `None`.
    pub addresses: Option<Vec<IpAddr>>,
    /// `configMap`: the ConfigMaps that list TCP services.
    pub config_maps: Vec<Sourced<ObjectName>>,
    /// `configMapFormat`: whose they are.
    pub config_map_format: Option<MapFormat>,
}

/// `listen.admin`: the socket of the Runtime API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Admin {
    /// Nothing was said: the layout decides.
    #[default]
    Default,
    /// `""`: there is none.
    Off,
    /// A path, relative to the layout's run directory, or absolute.
    At(SocketPath),
}

/// `endpoints`, of all clusters or of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// `order`: the resolvers, in the order in which they are asked.
    pub order: Option<Vec<Resolver>>,
    /// `services`: Services with an order of their own, as said at their key.
    pub services: BTreeMap<ObjectName, Sourced<Vec<Resolver>>>,
    /// `inventory`: a file, relative to where the tool runs.
    pub inventory: Option<Sourced<String>>,
    /// `nodes`.
    pub nodes: Option<Nodes>,
    /// `dns`: the cluster's.
    pub dns: Option<ClusterDns>,
    /// `nameservers`: whom to ask for other names.
    pub nameservers: Option<Vec<Nameserver>>,
    /// `podNetworks`: those to which the host has routes.
    pub pod_networks: Option<Vec<ipnet::IpNet>>,
    /// `zone` of the host.
    pub zone: Option<String>,
}

impl Endpoints {
    /// What `self` says, and `base` where it says nothing.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let mut services = base.services.clone();
        services.extend(self.services.clone());
        Self {
            order: self.order.clone().or_else(|| base.order.clone()),
            services,
            inventory: self.inventory.clone().or_else(|| base.inventory.clone()),
            nodes: self.nodes.clone().or_else(|| base.nodes.clone()),
            dns: self.dns.clone().or_else(|| base.dns.clone()),
            nameservers: self
                .nameservers
                .clone()
                .or_else(|| base.nameservers.clone()),
            pod_networks: self
                .pod_networks
                .clone()
                .or_else(|| base.pod_networks.clone()),
            zone: self.zone.clone().or_else(|| base.zone.clone()),
        }
    }
}

/// One of `clusters`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its name.
    pub name: ClusterName,
    /// `inputs`: paths and globs, relative to where the tool runs.
    pub inputs: Vec<String>,
    /// `weight`: its share of the requests, however many servers it has.
    pub weight: Option<Weight>,
    /// `backup`: asked only when no server of the others is up.
    pub backup: bool,
    /// `endpoints`, over those of all clusters.
    pub endpoints: Endpoints,
}

/// `include`: files in HAProxy's language, relative to where the tool runs, in the order in which they are to stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Include {
    /// `global`: lines of the section `global`.
    pub global: Vec<Sourced<String>>,
    /// `defaults`: lines of the defaults of all HTTP sections.
    pub defaults: Vec<Sourced<String>>,
    /// `frontend`: lines of the frontend, before the request is routed.
    pub frontend: Vec<Sourced<String>>,
    /// `backends`: lines of the backend of a Service port, `namespace/service:port`, each with its place.
    pub backends: BTreeMap<String, Sourced<Vec<Sourced<String>>>>,
    /// `sections`: whole sections.
    pub sections: Vec<Sourced<String>>,
}
