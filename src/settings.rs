//! What is configured, into what the stages want to know. Flags are laid over it by the command line.

use crate::config::{self, Config, Mistake};
use crate::emit::{Fragment, FragmentKind};
use crate::ir::{
    BindAddress, ClusterName, Layout, Listeners, Nodes, Process, Resolver, SocketPath, Weight,
};
use crate::source::{self, FileId, FileKind, Sourced, Sources};
use crate::{emit, lower, manifest};

/// What the stages need to know besides the manifests.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The namespace of objects that name none, and other questions of reading.
    pub manifest: manifest::Options,
    /// Which Ingresses, where to listen, which certificates, where the servers are: what all clusters have in common.
    pub lower: lower::Settings,
    /// The clusters; empty where there is but one, which needs no name then.
    pub clusters: Vec<Cluster>,
    /// For which HAProxy. The operator's own lines are added when their files have been read.
    pub emit: emit::Settings,
}

/// One of several clusters.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Its name.
    pub name: ClusterName,
    /// Its share of the requests.
    pub weight: Option<Weight>,
    /// Whether it only stands in for the others.
    pub backup: bool,
    /// Where its servers are.
    pub endpoints: lower::EndpointSettings,
}

impl Settings {
    /// The settings of a configuration, with the defaults where it says nothing. With `placeholders`, Services that no resolver
    /// knows are no finding: enough to judge manifests, and nothing to run.
    pub fn new(config: &Config, placeholders: bool) -> Self {
        let endpoints = |own: &config::Endpoints, cluster: Option<&ClusterName>| {
            let own = own.over(&config.endpoints);
            lower::EndpointSettings {
                cluster: cluster.cloned(),
                order: own
                    .order
                    .unwrap_or_else(|| Resolver::DEFAULT_ORDER.to_vec()),
                services: own.services,
                inventory: None,
                nodes: own.nodes.unwrap_or_else(Nodes::default),
                dns: own.dns,
                nameservers: own.nameservers.unwrap_or_default(),
                pod_networks: own.pod_networks.unwrap_or_default(),
                zone: own.zone,
                placeholders,
            }
        };
        Self {
            manifest: manifest::Options {
                namespace: config
                    .namespace
                    .clone()
                    .unwrap_or_else(|| manifest::Options::default().namespace),
            },
            lower: lower::Settings {
                classes: config.classes.clone(),
                listeners: Listeners {
                    http: config.http.clone().unwrap_or_else(|| every(":80")),
                    https: config.https.clone().unwrap_or_else(|| every(":443")),
                },
                certificate_files: config.certificate_files.clone(),
                default_certificate: config.default_certificate.clone(),
                endpoints: endpoints(&config.endpoints, None),
                now: None,
            },
            clusters: config
                .clusters
                .iter()
                .map(|cluster| Cluster {
                    name: cluster.name.clone(),
                    weight: cluster.weight,
                    backup: cluster.backup,
                    endpoints: endpoints(&cluster.endpoints, Some(&cluster.name)),
                })
                .collect(),
            emit: emit::Settings {
                target: config.haproxy.unwrap_or_default(),
                process: process(config),
                ..emit::Settings::default()
            },
        }
    }
}

impl Settings {
    /// Reads the files that the configuration names besides manifests: inventories, and the operator's own lines. What is wrong
    /// with them is a mistake of the configuration, except for the content of an inventory, which has findings of its own.
    pub fn read_files(&mut self, config: &Config, sources: &mut Sources) -> Vec<Mistake> {
        let mut reader = Reader {
            sources,
            mistakes: Vec::new(),
        };
        if config.clusters.is_empty() {
            reader.inventory(&config.endpoints, 0);
        }
        for (index, cluster) in (0..).zip(&config.clusters) {
            reader.inventory(&cluster.endpoints.over(&config.endpoints), index);
        }
        let config::Include {
            global,
            defaults,
            frontend,
            backends,
            sections,
        } = &config.include;
        let mut lines = |files: &[Sourced<String>]| reader.fragments(files, FragmentKind::Lines);
        self.emit.include = emit::Include {
            global: lines(global),
            defaults: lines(defaults),
            frontend: lines(frontend),
            backends: backends
                .iter()
                .map(|(backend, files)| (backend.clone(), lines(files)))
                .collect(),
            sections: reader.fragments(sections, FragmentKind::Sections),
        };
        reader.mistakes
    }
}

/// Reads files that the configuration names.
struct Reader<'s> {
    sources: &'s mut Sources,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn inventory(&mut self, endpoints: &config::Endpoints, cluster: u16) {
        if let Some(path) = &endpoints.inventory {
            self.file(path, FileKind::Inventory, cluster);
        }
    }

    fn fragments(&mut self, paths: &[Sourced<String>], kind: FragmentKind) -> Vec<Fragment> {
        let mut fragments = Vec::with_capacity(paths.len());
        for path in paths {
            let Some(file) = self.file(path, FileKind::Fragment, 0) else {
                continue;
            };
            match Fragment::read(self.sources, file, kind) {
                Ok(fragment) => fragments.push(fragment),
                Err(wrong) => {
                    let mistake = |(message, origin)| Mistake::new(message, origin);
                    self.mistakes.extend(wrong.into_iter().map(mistake));
                }
            }
        }
        fragments
    }

    fn file(&mut self, path: &Sourced<String>, kind: FileKind, cluster: u16) -> Option<FileId> {
        match source::read_file(self.sources, &path.value, kind, cluster) {
            Ok(file) => Some(file),
            Err(error) => {
                self.mistakes
                    .push(Mistake::new(error.to_string(), path.origin));
                None
            }
        }
    }
}

fn process(config: &Config) -> Process {
    let layout = config.layout.unwrap_or_default();
    let metrics = config.metrics.as_ref();
    Process {
        layout,
        admin: match &config.admin {
            config::Admin::Default => layout.admin(),
            config::Admin::Off => None,
            config::Admin::At(path) => Some(within(layout, path)),
        },
        metrics: metrics.map_or_else(
            || every("127.0.0.1:8404"),
            |addresses| addresses.iter().map(|address| address.value).collect(),
        ),
        peers: config.peers.clone(),
    }
}

/// A relative path means the layout's run directory.
fn within(layout: Layout, path: &SocketPath) -> SocketPath {
    let inside = layout
        .run_directory()
        .filter(|_| !path.as_str().starts_with('/'))
        .and_then(|folder| SocketPath::new(&format!("{folder}/{path}")));
    inside.unwrap_or_else(|| path.clone())
}

fn every(text: &str) -> Vec<BindAddress> {
    BindAddress::parse(text).into_iter().collect()
}
