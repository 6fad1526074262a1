//! `--show-settings`: the settings in force, in the form of a configuration file that reads back as the same settings.
//!
//! Paths are as seen from where the tool runs, so that is where such a file has to lie.

use super::Settings;
use crate::config::{Endpoints, Include, Ordered};
use crate::finding::Level;
use crate::finding::suppress::Ignore;
use crate::ir::{BindAddress, Nodes};
use crate::lint::Demand;
use crate::report;
use crate::source::Sourced;

impl Settings {
    /// The settings in force.
    pub(in crate::cli) fn show(&self) -> String {
        let mut out = String::new();
        if let Some(file) = &self.config_file {
            out = format!("# {}\n", report::visible(file));
        }
        out + &self.entries().yaml()
    }

    fn entries(&self) -> Ordered {
        let lower = &self.stages.lower;
        let mut top = vec![("version", Ordered::Value(1.into()))];
        if let Some(inputs) = self.inputs.first() {
            if self.config.clusters.is_empty() {
                top.push(("inputs", Ordered::texts(&inputs.paths)));
            }
            top.push(("exclude", Ordered::texts(&inputs.exclude)));
        }
        top.push(match &lower.classes {
            Some(classes) => ("classes", Ordered::texts(classes)),
            None => (
                "# classes",
                Ordered::Word("every class of a known controller, and none"),
            ),
        });
        top.extend(self.annotations());
        top.push(("namespace", Ordered::text(&self.stages.manifest.namespace)));
        top.push(("target", self.target()));
        top.push(("listen", self.listen()));
        top.push(("endpoints", self.endpoints()));
        if !self.config.clusters.is_empty() {
            top.push(("clusters", self.clusters()));
        }
        let peers = &self.stages.emit.process.peers;
        if !peers.is_empty() {
            let peers = peers.iter();
            let peers = peers.map(|peer| (peer.name.as_str(), Ordered::text(&peer.address)));
            top.push(("peers", Ordered::map(peers)));
        }
        top.push(("tcp", self.tcp()));
        if self.config.include != Include::default() {
            top.push(("include", include(&self.config.include)));
        }
        top.extend(self.certificates());
        top.extend(self.policy().map(|policy| ("policy", policy)));
        top.push(("rules", self.shown_rules()));
        top.extend(self.mute());
        Ordered::map(top)
    }

    /// By what annotations are read. ConfigMaps and the number of hosts have no default.
    fn annotations(&self) -> Vec<(&'static str, Ordered)> {
        let own = &self.stages.lower.annotations;
        let dialects = own.dialects.iter().map(|dialect| dialect.name());
        let mut entries = vec![
            ("profile", Ordered::Word(own.profile.name())),
            ("dialects", Ordered::texts(dialects)),
        ];
        let maps = [
            ("configMap", &own.config_map),
            ("errorFiles", &own.error_files),
            ("patternFiles", &own.pattern_files),
        ];
        for (key, name) in maps {
            entries.extend(name.as_ref().map(|name| (key, Ordered::text(name))));
        }
        let instances = own.instances;
        entries.extend(instances.map(|count| ("instances", Ordered::Value(count.get().into()))));
        entries.push(("trustedProxies", Ordered::texts(&own.trusted_proxies)));
        entries
    }

    fn target(&self) -> Ordered {
        let emit = &self.stages.emit;
        Ordered::map([
            ("haproxy", Ordered::text(&emit.target)),
            ("layout", Ordered::Word(emit.process.layout.name())),
        ])
    }

    fn listen(&self) -> Ordered {
        let listeners = &self.stages.lower.listeners;
        let process = &self.stages.emit.process;
        let addresses = |list: &[BindAddress]| Ordered::texts(list);
        let admin = process.admin.as_ref();
        Ordered::map([
            ("http", addresses(&listeners.http)),
            ("https", addresses(&listeners.https)),
            ("metrics", addresses(&process.metrics)),
            (
                "admin",
                Ordered::text(&admin.map_or("", |path| path.as_str())),
            ),
        ])
    }

    /// Those of all clusters, with their defaults.
    fn endpoints(&self) -> Ordered {
        let force = &self.stages.lower.endpoints;
        endpoints(&Endpoints {
            order: Some(force.order.clone()),
            nodes: Some(force.nodes.clone()),
            nameservers: Some(force.nameservers.clone()),
            pod_networks: Some(force.pod_networks.clone()),
            ..self.config.endpoints.clone()
        })
    }

    /// What each of them says over that.
    fn clusters(&self) -> Ordered {
        let clusters = self.config.clusters.iter().map(|cluster| {
            let mut entries = vec![("inputs", Ordered::texts(&cluster.inputs))];
            if let Some(weight) = cluster.weight {
                entries.push(("weight", Ordered::Value(weight.get().into())));
            }
            if cluster.backup {
                entries.push(("backup", Ordered::Value(true.into())));
            }
            if cluster.endpoints != Endpoints::default() {
                entries.push(("endpoints", endpoints(&cluster.endpoints)));
            }
            (cluster.name.as_str(), Ordered::map(entries))
        });
        Ordered::map(clusters)
    }

    /// The ConfigMaps have no default.
    fn tcp(&self) -> Ordered {
        let ports = &self.stages.ports;
        let mut entries = Vec::new();
        if let Some(pool) = ports.pool() {
            entries.push(("pool", Ordered::text(&pool)));
        }
        entries.push(("lock", Ordered::text(&ports.file)));
        if !ports.addresses.is_empty() {
            entries.push(("addresses", Ordered::texts(&ports.addresses)));
        }
        let maps = self.config.tcp.config_maps.iter().map(|map| &map.value);
        if !self.config.tcp.config_maps.is_empty() {
            entries.push(("configMap", Ordered::texts(maps)));
        }
        Ordered::map(entries)
    }

    fn certificates(&self) -> Option<(&'static str, Ordered)> {
        let lower = &self.stages.lower;
        let mut entries = Vec::new();
        if !lower.certificate_files.is_empty() {
            let files = lower.certificate_files.iter();
            let files = files.map(|(secret, file)| (secret.to_string(), Ordered::text(file)));
            entries.push(("map", Ordered::map(files)));
        }
        if let Some(secret) = &lower.default_certificate {
            entries.push(("default", Ordered::text(secret)));
        }
        (!entries.is_empty()).then(|| ("certificates", Ordered::map(entries)))
    }

    /// What an organisation has decided, as far as it has.
    fn policy(&self) -> Option<Ordered> {
        let policy = &self.config.policy;
        let mut entries = Vec::new();
        if !policy.hosts.is_empty() {
            let hosts = policy.hosts.iter();
            let hosts = hosts.map(|(host, owners)| (host, Ordered::texts(&owners.value)));
            entries.push(("hosts", Ordered::map(hosts)));
        }
        for (key, demands) in [
            ("required", &policy.required),
            ("forbidden", &policy.forbidden),
        ] {
            if !demands.is_empty() {
                let demands = demands.iter().map(|(key, it)| (key, demand(it)));
                entries.push((key, Ordered::map(demands)));
            }
        }
        let snippets = &self.config.annotations.snippets_of;
        if !snippets.is_empty() {
            let snippets = snippets.iter();
            let snippets = snippets.map(|(namespace, list)| (namespace, Ordered::texts(list)));
            entries.push(("snippets", Ordered::map(snippets)));
        }
        (!entries.is_empty()).then(|| Ordered::map(entries))
    }

    /// What is not told. Neither has a default.
    fn mute(&self) -> Vec<(&'static str, Ordered)> {
        let mute = &self.rules.mute;
        let mut entries = Vec::new();
        if !mute.entries.is_empty() {
            let ignore = mute.entries.iter().map(entry).collect();
            entries.push(("ignore", Ordered::List(ignore)));
        }
        let baseline = mute.baseline_file.as_ref();
        entries.extend(baseline.map(|file| ("baseline", Ordered::text(file))));
        entries
    }

    fn shown_rules(&self) -> Ordered {
        let mut entries = vec![(
            "fail-on".to_owned(),
            Ordered::Word(self.rules.fail_on.name()),
        )];
        for (code, level) in self.rules.levels.iter() {
            let level = match level {
                Level::Off => "off",
                Level::At(severity) => severity.name(),
            };
            entries.push((
                code.to_string(),
                Ordered::map([("level", Ordered::Word(level))]),
            ));
        }
        Ordered::map(entries)
    }
}

fn demand(demand: &Demand) -> Ordered {
    let kinds = demand.kinds.iter().map(|kind| kind.name());
    let mut entries = vec![
        ("kinds", Ordered::texts(kinds)),
        ("namespaces", Ordered::texts(&demand.namespaces)),
    ];
    if let Some(value) = &demand.value {
        entries.insert(0, ("value", Ordered::text(value)));
    }
    Ordered::map(entries)
}

/// An entry of `ignore`, on one line.
fn entry(ignore: &Ignore) -> Ordered {
    let mut entry = serde_json::Map::new();
    let mut put = |key: &str, value: &str| _ = entry.insert(key.to_owned(), value.into());
    put("rule", &ignore.rule.to_string());
    if let Some(object) = &ignore.object {
        put("object", object);
    }
    if let Some(path) = &ignore.path {
        put("path", path.glob());
    }
    put("reason", &ignore.reason);
    if let Some(until) = &ignore.until {
        put("until", &until.day);
    }
    Ordered::Value(entry.into())
}

/// What is said, and nothing else.
fn endpoints(said: &Endpoints) -> Ordered {
    let Endpoints {
        order,
        services,
        inventory,
        nodes,
        dns,
        nameservers,
        pod_networks,
        zone,
    } = said;
    let mut entries = Vec::new();
    if let Some(order) = order {
        entries.push(("order", Ordered::texts(order)));
    }
    if !services.is_empty() {
        let services = services.iter();
        let services =
            services.map(|(name, order)| (name.to_string(), Ordered::texts(&order.value)));
        entries.push(("services", Ordered::map(services)));
    }
    if let Some(path) = inventory {
        entries.push(("inventory", Ordered::text(&path.value)));
    }
    match nodes {
        None => {}
        Some(Nodes::Input(kind)) => entries.push((
            "nodes",
            Ordered::map([
                ("from", Ordered::Word("input")),
                ("address", Ordered::Word(kind.name())),
            ]),
        )),
        Some(Nodes::List(nodes)) => {
            let nodes = nodes.iter().map(|node| &node.value);
            entries.push(("nodes", Ordered::texts(nodes)));
        }
    }
    if let Some(dns) = dns {
        entries.push((
            "dns",
            Ordered::map([
                ("nameservers", Ordered::texts(&dns.nameservers)),
                ("clusterDomain", Ordered::text(&dns.domain)),
                ("slots", Ordered::Value(dns.slots.get().into())),
            ]),
        ));
    }
    if let Some(nameservers) = nameservers {
        entries.push(("nameservers", Ordered::texts(nameservers)));
    }
    if let Some(networks) = pod_networks {
        entries.push(("podNetworks", Ordered::texts(networks)));
    }
    if let Some(zone) = zone {
        entries.push(("zone", Ordered::text(zone)));
    }
    Ordered::map(entries)
}

fn include(include: &Include) -> Ordered {
    let Include {
        global,
        defaults,
        frontend,
        backends,
        sections,
    } = include;
    let files = |files: &[Sourced<String>]| Ordered::texts(files.iter().map(|file| &file.value));
    let backends = backends
        .iter()
        .map(|(name, list)| (name, files(&list.value)));
    Ordered::map([
        ("global", files(global)),
        ("defaults", files(defaults)),
        ("frontend", files(frontend)),
        ("backends", Ordered::map(backends)),
        ("sections", files(sections)),
    ])
}
