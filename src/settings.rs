//! What is configured, into what the stages want to know. Flags are laid over it by the command line.

use crate::config::{self, Config, Mistake};
use crate::emit::{Fragment, FragmentKind, Refusal};
use crate::finding::{Code, Finding, Level, Severity};
use crate::ir::{
    BindAddress, ClusterName, Layout, Listeners, PortRange, Process, Resolver, Routing, ServiceRef,
    SocketPath, Weight,
};
use crate::source::{self, FileId, FileKind, Origin, Sourced, Sources};
use crate::{annotations, emit, lint, lower, manifest, ports};

/// What the stages need to know besides the manifests.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The namespace of objects that name none, and other questions of reading.
    pub manifest: manifest::Options,
    /// Which Ingresses, where to listen, which certificates, where the servers are: what all clusters have in common.
    pub lower: lower::Settings,
    /// The clusters; empty where there is but one, which needs no name then.
    pub clusters: Vec<Cluster>,
    /// Which ports exposed Services get.
    pub ports: ports::Settings,
    /// For which HAProxy. The operator's own lines are added when their files have been read.
    pub emit: emit::Settings,
    /// What the configuration says to the checks of [`crate::lint`].
    pub lint: lint::Settings,
    /// What there is to say about them; [`crate::compile`] says it first.
    pub findings: Vec<Finding>,
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
        // Whoever lowers the rule in the configuration has decided that such servers are wanted.
        let internal_targets = config
            .levels
            .get(&Code::INTERNAL_TARGET)
            .is_some_and(|&level| level != Level::At(Severity::Error));
        let endpoints = |own: &config::Endpoints, cluster: Option<&ClusterName>| {
            let own = own.over(&config.endpoints);
            lower::EndpointSettings {
                cluster: cluster.cloned(),
                order: own
                    .order
                    .unwrap_or_else(|| Resolver::DEFAULT_ORDER.to_vec()),
                services: own.services,
                inventory: None,
                inventory_shared: false,
                nodes: own.nodes.unwrap_or_default(),
                dns: own.dns,
                nameservers: own.nameservers.unwrap_or_default(),
                pod_networks: own.pod_networks.unwrap_or_default(),
                zone: own.zone,
                internal_targets,
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
                    http: bare(config.http.as_ref(), config::HTTP),
                    https: bare(config.https.as_ref(), config::HTTPS),
                },
                certificate_files: config.certificate_files.clone(),
                default_certificate: config.default_certificate.clone(),
                tcp: lower::TcpSettings {
                    config_maps: config.tcp.config_maps.clone(),
                    config_map_format: config.tcp.config_map_format,
                },
                annotations: annotations::Settings {
                    target: config.haproxy.unwrap_or_default(),
                    ..config.annotations.clone()
                },
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
            ports: exposed_ports(config),
            emit: emit::Settings {
                target: config.haproxy.unwrap_or_default(),
                process: process(config),
                ..emit::Settings::default()
            },
            lint: lint::Settings {
                policy: config.policy.clone(),
            },
            findings: config
                .metrics
                .iter()
                .flatten()
                .filter_map(exposed)
                .collect(),
        }
    }
}

impl Settings {
    /// Reads the files that the configuration names besides manifests: inventories, the operator's own lines, and the lock of
    /// ports, which lies beside the configuration (`base`) where nothing else is said. What is wrong with them is a mistake of the
    /// configuration, except for the content of an inventory and of the lock, which have findings of their own.
    pub fn read_files(
        &mut self,
        config: &Config,
        base: &config::Base,
        sources: &mut Sources,
    ) -> Vec<Mistake> {
        self.read_lock(config, base, sources);
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
        self.emit.include = emit::Include {
            global: reader.fragments(global, FragmentKind::Global),
            defaults: reader.fragments(defaults, FragmentKind::Defaults),
            frontend: reader.fragments(frontend, FragmentKind::Frontend),
            backends: backends
                .iter()
                .map(|(backend, files)| {
                    let fragments = reader.fragments(&files.value, FragmentKind::Backend);
                    (backend.clone(), Sourced::new(fragments, files.origin))
                })
                .collect(),
            sections: reader.fragments(sections, FragmentKind::Sections),
        };
        let binds = self.emit.include.binds().into_iter();
        self.ports.taken.extend(binds.map(|bind| ports::Taken {
            by: ports::Taker::Fragment,
            bind: bind.value,
            origin: Some(bind.origin),
        }));
        let twins = self.emit.include.twins();
        let twins = twins.into_iter().map(mistake);
        reader.mistakes.extend(twins);
        reader.mistakes
    }
}

impl Settings {
    /// A lock that is not there is an empty one.
    fn read_lock(&mut self, config: &Config, base: &config::Base, sources: &mut Sources) {
        let ports = &mut self.ports;
        if config.tcp.lock.is_none() {
            ports.file = base.join(ports::LOCK);
        }
        match source::read_kept_file(sources, &ports.file, FileKind::Lock) {
            Ok(None) => {}
            Ok(Some(file)) => {
                let (lock, said) = ports::Lock::read(sources, file);
                ports.lock = lock;
                self.findings.extend(said);
            }
            Err(error) => {
                let finding = ports::unreadable(&error.to_string());
                let place = config.tcp.lock.as_ref().map(|file| file.origin);
                self.findings.push(match place {
                    Some(origin) => finding.at(origin),
                    None => finding,
                });
                ports.lock.unusable = true;
            }
        }
    }

    /// The operator's lines for backends that are not there. Where placeholders will do, perhaps not all manifests are there.
    pub(crate) fn unmatched(&self, routing: &Routing) -> Vec<Finding> {
        if self.lower.endpoints.placeholders {
            return Vec::new();
        }
        let unmatched = self.emit.include.unmatched(routing);
        // Names are compared only where few are wrong: a file for other inputs must not cost the square.
        let names: Vec<String> = match unmatched.len() {
            1..100 => backend_names(routing),
            _ => Vec::new(),
        };
        let is_free = |name: &&str| !self.emit.include.backends.contains_key(*name);
        unmatched
            .into_iter()
            .map(|key| {
                let name = key.value;
                let message = format!("lines are to be added to the backend of `{name}`, which no route leads to");
                let near = lower::nearest(name, names.iter().map(String::as_str).filter(is_free));
                Finding::new(Code::INCLUDE_UNKNOWN_BACKEND, message)
                    .at(key.origin)
                    .help(match near {
                        Some(near) => format!("write `{near}`, or remove the entry"),
                        None => "name a Service port that an Ingress routes to, by its number or its name, or remove the entry".to_owned(),
                    })
            })
            .collect()
    }
}

/// What people call the backends: by the port's name where it has one.
fn backend_names(routing: &Routing) -> Vec<String> {
    let services = routing.backends.values().map(|backend| &backend.service);
    let name = |service: &ServiceRef| {
        let (namespace, name) = (&service.namespace, &service.name);
        match service.port_name.as_str() {
            "" => format!("{namespace}/{name}:{}", service.port),
            port => format!("{namespace}/{name}:{port}"),
        }
    };
    services.map(name).collect()
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
                Err(wrong) => self.mistakes.extend(wrong.into_iter().map(mistake)),
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

fn mistake(refusal: Refusal) -> Mistake {
    let Refusal {
        message,
        help,
        origin,
    } = refusal;
    Mistake {
        message: Sourced::new(message, origin),
        help,
    }
}

/// The statistics page has no password of its own: who can reach it sees every route, server and counter. Whether lines of the
/// ConfigMap guard it is not known here, and may be another thing with every manifest.
fn exposed(address: &Sourced<BindAddress>) -> Option<Finding> {
    if let BindAddress::One(one) = address.value
        && one.ip().to_canonical().is_loopback()
    {
        return None;
    }
    let message = format!(
        "whoever can reach `{}` sees the statistics and metrics",
        address.value
    );
    let port = address.value.port();
    let finding = Finding::new(Code::STATS_EXPOSED, message)
        .at(address.origin)
        .help(format!(
            "listen on `127.0.0.1:{port}`, or on an address that only the monitoring can reach"
        ))
        .note(
            "they name every backend and server with its address, and ask for no password unless lines of `stats-config-snippet` do",
        );
    Some(finding)
}

fn process(config: &Config) -> Process {
    let layout = config.layout.unwrap_or_default();
    Process {
        layout,
        admin: match &config.admin {
            config::Admin::Default => layout.admin(),
            config::Admin::Off => None,
            config::Admin::At(path) => Some(within(layout, path)),
        },
        metrics: bare(config.metrics.as_ref(), config::METRICS),
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

/// What is said of addresses, or else the one by default.
fn bare(said: Option<&Vec<Sourced<BindAddress>>>, default: &str) -> Vec<BindAddress> {
    match said {
        Some(said) => said.iter().map(|address| address.value).collect(),
        None => BindAddress::parse(default).into_iter().collect(),
    }
}

/// Which ports are handed out. What the lock says is added when it has been read.
fn exposed_ports(config: &Config) -> ports::Settings {
    let listeners = [
        (ports::Taker::Http, &config.http, config::HTTP),
        (ports::Taker::Https, &config.https, config::HTTPS),
        (ports::Taker::Metrics, &config.metrics, config::METRICS),
    ];
    let taken = listeners.into_iter().flat_map(|(by, said, default)| {
        let origins = said.iter().flatten().map(|address| Some(address.origin));
        let origins: Vec<Option<Origin>> = origins.collect();
        let addresses = bare(said.as_ref(), default).into_iter();
        addresses.enumerate().map(move |(at, bind)| ports::Taken {
            by: by.clone(),
            bind,
            origin: origins.get(at).copied().flatten(),
        })
    });
    let peers = config.peers.iter().map(|peer| ports::Taken {
        by: ports::Taker::Peer(peer.name.to_string()),
        bind: BindAddress::One(peer.address),
        origin: None,
    });
    let tcp = &config.tcp;
    let file = tcp.lock.as_ref().map(|file| file.value.clone());
    ports::Settings {
        pool: tcp
            .pool
            .as_ref()
            .map_or_else(|| PortRange::parse(ports::POOL), |pool| Some(pool.value)),
        pool_origin: tcp.pool.as_ref().map(|pool| pool.origin),
        addresses: tcp.addresses.clone().unwrap_or_default(),
        taken: taken.chain(peers).collect(),
        file: file.unwrap_or_else(|| ports::LOCK.to_owned()),
        ..ports::Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        let mut sources = Sources::default();
        let file = sources.add(source::File::new("ingressc.yaml", text));
        let mut config = Config::default();
        let base = config::Base::default();
        assert_eq!(config::read(&mut config, &sources, file, &base), []);
        Settings::new(&config, false)
    }

    #[test]
    fn metrics_that_others_can_reach_are_told_at_their_place() {
        let told = |text: &str| {
            let findings = settings(text).findings;
            let places = findings.iter().filter_map(Finding::origin);
            places
                .map(|origin| text[origin.start as usize..origin.end as usize].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told("listen: {metrics: [':8404', '10.0.0.1:8404', '127.0.0.1:8404', '[::]:1']}\n"),
            ["':8404'", "'10.0.0.1:8404'", "'[::]:1'"]
        );
        for quiet in [
            "",
            "listen: {metrics: []}\n",
            "listen: {metrics: ['127.8.0.1:1', '[::1]:8404', '[::ffff:127.0.0.1]:8404']}\n",
        ] {
            assert_eq!(told(quiet), Vec::<String>::new(), "{quiet}");
        }
    }

    #[test]
    fn who_lowers_the_rule_about_internal_targets_wants_them() {
        for (text, wanted) in [
            ("", false),
            ("rules: {ING507: {level: error}}\n", false),
            ("rules: {ING507: {level: warning}}\n", true),
            ("rules: {ING507: {level: off}}\n", true),
            ("rules: {ING506: {level: off}}\n", false),
        ] {
            let endpoints = settings(text).lower.endpoints;
            assert_eq!(endpoints.internal_targets, wanted, "{text}");
        }
        let clusters = "rules: {ING507: {level: off}}\nclusters: {fra: {inputs: [f]}}\n";
        assert!(settings(clusters).clusters[0].endpoints.internal_targets);
    }

    #[test]
    fn the_admin_socket_lies_where_the_layout_has_its_sockets() {
        let path = |text: &str| {
            settings(text)
                .emit
                .process
                .admin
                .map(|path| path.to_string())
        };
        for (text, expected) in [
            ("", None),
            ("listen: {admin: x.sock}\n", Some("x.sock")),
            (
                "target: {layout: debian}\n",
                Some("/run/haproxy/admin.sock"),
            ),
            (
                "{target: {layout: debian}, listen: {admin: x.sock}}\n",
                Some("/run/haproxy/x.sock"),
            ),
            (
                "{target: {layout: debian}, listen: {admin: /tmp/x.sock}}\n",
                Some("/tmp/x.sock"),
            ),
            ("{target: {layout: debian}, listen: {admin: ''}}\n", None),
        ] {
            assert_eq!(path(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_longest_relative_socket_fits_into_every_layout() {
        for layout in Layout::ALL {
            let name = "a".repeat(80);
            let text = format!(
                "{{target: {{layout: {layout}}}, listen: {{admin: {name}}}}}",
                layout = layout.name()
            );
            let path = settings(&text).emit.process.admin.expect("set");
            let folder = layout.run_directory().map(|folder| format!("{folder}/"));
            assert_eq!(path.as_str(), folder.unwrap_or_default() + &name);
        }
    }

    #[test]
    fn what_a_cluster_says_wins_over_what_is_said_for_all() {
        let text = "\
endpoints: {order: [slices], zone: a, services: {x/y: dns, x/z: dns}}
clusters:
  fra: {inputs: [f], weight: 9, endpoints: {zone: b, services: {x/y: [slices, dns]}}}
  ams: {inputs: [a], backup: true}
";
        let settings = settings(text);
        let [ams, fra] = &settings.clusters[..] else {
            panic!("two clusters")
        };
        assert_eq!((ams.backup, fra.backup), (true, false));
        assert_eq!(fra.weight, Weight::new(9));
        assert_eq!(ams.endpoints.zone.as_deref(), Some("a"));
        assert_eq!(fra.endpoints.zone.as_deref(), Some("b"));
        assert_eq!(fra.endpoints.order, [Resolver::Slices]);
        assert_eq!(fra.endpoints.cluster.as_ref(), Some(&fra.name));
        let orders: Vec<_> = fra
            .endpoints
            .services
            .values()
            .map(|order| order.value.len())
            .collect();
        assert_eq!(orders, [2, 1]);
    }
}
