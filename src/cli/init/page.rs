//! The file that `ingressc init` writes: every key, those that are not set as comments with their defaults.
//!
//! In: what was found. Out: YAML. `#` and one blank begin a remark; any other line with a `#` becomes a key when the `#` alone is
//! taken away, since keys below others are indented behind it by two blanks or more.

use std::fmt::Write as _;

use super::survey::{Candidate, Survey, is_name};
use crate::ir::Resolver;
use crate::manifest::ObjectName;
use crate::report::visible;

/// Remarks are wrapped at so many characters.
const WIDTH: usize = 80;

/// So many names are listed before the others are only counted.
const LISTED: usize = 20;

/// What stands in the file besides what was found.
pub(super) struct Given<'a> {
    /// Relative to the file; empty when they cannot be named.
    pub(super) inputs: &'a [String],
    pub(super) exclude: &'a [String],
    /// `17 files, 41 objects (12 Ingress)`.
    pub(super) read: &'a str,
}

/// The whole file.
pub(super) fn page(given: &Given<'_>, survey: &Survey) -> String {
    let mut page = Page::default();
    page.says(&format!(
        "How these manifests become a HAProxy configuration. Written by `ingressc init` from {}.",
        given.read
    ));
    page.says(
        "A remark begins with `#` and one blank. Every other `#`, with no blank or with two and more, hides a key that is not set, with its default, or with an example where there is none. To set it, remove the `#` but no blank, and the `#` of the key that it stands below.",
    );
    page.says(
        "Editors complete it with `ingressc schema config > .ingressc.schema.json` and the line `# yaml-language-server: $schema=.ingressc.schema.json`.",
    );
    page.set("version: 1");
    page.unset("requires: \">=0.1\"");

    page.part(
        "Files, folders and globs with manifests, and those to leave out, relative to this file.",
    );
    if given.inputs.is_empty() {
        page.unset("inputs: [\".\"]");
    } else {
        page.set(&format!("inputs: {}", list(given.inputs)));
    }
    if given.exclude.is_empty() {
        page.unset("exclude: []");
    } else {
        page.set(&format!("exclude: {}", list(given.exclude)));
    }
    classes(&mut page, survey);
    page.part("The namespace of objects that name none.");
    page.unset("namespace: default");
    annotations(&mut page, survey);

    page.part(
        "The lowest HAProxy that must load the output, 2.6 to 3.4; and where it runs: portable (anywhere, as whoever starts it), debian (the package's user, chroot and log) or container.",
    );
    page.unset("target:\n  haproxy: \"2.6\"\n  layout: portable");
    page.part(
        "Where HAProxy listens; [] switches a listener off. `metrics` has the statistics page and /metrics for Prometheus. `admin` is the socket of the Runtime API: \"\" for none, otherwise a path; unset, the layout decides.",
    );
    page.unset("listen:\n  http: [\":80\"]\n  https: [\":443\"]\n  metrics: [\"127.0.0.1:8404\"]\n  admin: \"\"");
    endpoints(&mut page, survey);
    page.part(
        "Several clusters behind one edge, each with inputs of its own in place of those above: the same route in several of them is answered by the servers of all, by weight or as backups.",
    );
    page.unset(
        "clusters:\n  fra: {inputs: [clusters/fra], weight: 100}\n  ams: {inputs: [clusters/ams], backup: true}",
    );
    certificates(&mut page, survey);
    page.part("HAProxy hosts that share their stick tables, so that a client stays with its server whichever it meets.");
    page.unset("peers:\n  edge1: \"10.0.0.1:10000\"\n  edge2: \"10.0.0.2:10000\"");
    tcp(&mut page, survey);
    page.part("Lines of your own in HAProxy's language, from files.");
    page.unset(
        "include:\n  global: []\n  defaults: []\n  frontend: []\n  backends: {}\n  sections: []",
    );
    page.part("From which severity on the exit code is 1; and levels of single rules, by code or name (`ingressc rules`).");
    page.unset("rules:\n  fail-on: error\n  no-endpoints: {level: warning}");
    page.part("Findings that are not told, and why: of an object, in files, or both. And the file of those that were there when somebody began to look, as `ingressc baseline write` writes it.");
    page.unset("ignore:\n- {rule: ING305, object: Ingress shop/legacy, reason: partners call both spellings, until: 2026-12-31}");
    page.unset("baseline: .ingressc-baseline.json");
    page.text
}

fn tcp(page: &mut Page, survey: &Survey) {
    page.part("Services that annotations expose as they are, without HTTP: the ports that they are given, the file that keeps who has which (commit it), the addresses of the host where they are bound (unset, all of them), and ConfigMaps that list such Services.");
    if survey.selection.exposed > 0 {
        page.says(&format!(
            "Exposed: {}. Those that annotations of Services expose, and that name no port of the host, get one of the pool; it has to be free on the host, and reachable. Set it before clients are told their ports: what the lock has does not move.",
            survey.selection.exposed
        ));
    }
    let is_named = |(map, _): &&(ObjectName, _)| is_name(&map.namespace) && is_name(&map.name);
    let maps: Vec<_> = survey.tcp_maps.iter().filter(is_named).collect();
    let rest = "  pool: 26000-26999\n  lock: ports.lock\n  addresses: [\"10.0.0.5\"]";
    let Some((_, format)) = maps.first() else {
        page.unset("tcp:");
        page.unset(rest);
        page.unset("  configMap: haproxy/tcp-services\n  configMapFormat: nginx");
        return;
    };
    page.set("tcp:");
    page.unset(rest);
    page.says("By their shape these ConfigMaps list TCP services. Of each controller's own words, `configMapFormat` says whose they are; unset, what stands in them decides: haproxytech, haproxy-ingress or nginx.");
    let names: Vec<String> = maps.iter().map(|(name, _)| name.to_string()).collect();
    page.set(&match &names[..] {
        [one] => format!("  configMap: {one}"),
        all => format!("  configMap: {}", list(all)),
    });
    match format {
        Some(format) if maps.iter().all(|(_, other)| *other == Some(*format)) => {
            page.set(&format!("  configMapFormat: {}", format.name()));
        }
        _ => page.unset("  configMapFormat: nginx"),
    }
}

fn annotations(page: &mut Page, survey: &Survey) {
    page.part("How corners behave that the Kubernetes documentation leaves open: spec, as nobody is surprised by, or haproxytech, as that controller does; and whose annotations count, [] for all.");
    page.unset("profile: spec\ndialects: []");
    page.part("ConfigMaps among the manifests that the controller was started with: its own, that of error files, and that of pattern files.");
    let is_named = |map: &&ObjectName| is_name(&map.namespace) && is_name(&map.name);
    let maps: Vec<String> = survey
        .config_maps
        .iter()
        .filter(is_named)
        .map(ToString::to_string)
        .collect();
    match &maps[..] {
        [] => page.unset("configMap: haproxy/haproxy-config"),
        [map] => {
            page.says("This one looks like the controller's.");
            page.set(&format!("configMap: {map}"));
        }
        [map, ..] => {
            page.says(&format!(
                "These look like the controller's: {}.",
                several(&maps)
            ));
            page.unset(&format!("configMap: {map}"));
        }
    }
    page.unset("errorFiles: haproxy/errors\npatternFiles: haproxy/patterns");
    page.part("How many HAProxy hosts share the servers, for limits that are meant for all of them together; and proxies in front of them whose word about the client's address counts.");
    page.unset("instances: 2\ntrustedProxies: []");
}

fn classes(page: &mut Page, survey: &Survey) {
    let mut remark = String::from(
        "Ingress classes to take; \"\" stands for Ingresses without a class. Unset: every class of a known controller, and none.",
    );
    let taken = survey.selection.taken.iter();
    let found: Vec<String> = taken
        .map(|(class, count)| of_class(class, *count))
        .collect();
    if !found.is_empty() {
        let _ = write!(remark, " Taken: {}.", found.join(", "));
    }
    if !survey.selection.skipped.is_empty() {
        let skipped = survey.selection.skipped.iter();
        let skipped: Vec<String> = skipped
            .map(|(class, count)| of_class(class, *count))
            .collect();
        let _ = write!(remark, " Not taken: {}.", skipped.join(", "));
    }
    let are_there = !found.is_empty() || !survey.selection.skipped.is_empty();
    if survey.class_objects == 0 && are_there {
        remark.push_str(" No IngressClass is among the manifests, so classes are known by name.");
    }
    if let Some(class) = &survey.default_class {
        let _ = write!(remark, " The default class is {}.", visible(class));
    }
    page.part(&remark);
    if let Some(classes) = &survey.classes {
        page.set(&format!("classes: {}", list(classes)));
        return;
    }
    let taken = survey.selection.taken.keys();
    let taken: Vec<String> = taken
        .filter(|class| class.is_empty() || is_name(class))
        .cloned()
        .collect();
    page.unset(&format!("classes: {}", list(&taken)));
}

/// `12 of class haproxy`, `2 without a class`.
pub(super) fn of_class(class: &str, count: usize) -> String {
    match class {
        "" => format!("{count} without a class"),
        class => format!("{count} of class {}", visible(class)),
    }
}

fn endpoints(page: &mut Page, survey: &Survey) {
    page.part(
        "Where the servers of Service ports are. The resolvers are asked in this order, and the first that answers wins. hostPort, externalIPs and clusterIP are asked only when they are listed.",
    );
    page.says(&format!("Found: {}.", resolved(survey)));
    let unknown = survey.unresolved();
    if !unknown.is_empty() {
        page.says(&format!(
            "Unknown, and an error when it is compiled: {}.",
            several(unknown)
        ));
    }
    page.unset("endpoints:");
    page.unset(&format!(
        "  order: [{}]",
        Resolver::DEFAULT_ORDER
            .map(Resolver::name)
            .as_slice()
            .join(", ")
    ));
    for candidate in survey.candidates.iter().filter(|found| found.ready) {
        page.says(&format!(
            "{} would know {} of those unknown.",
            candidate.resolver, candidate.ports
        ));
    }
    page.says("Services with an order of their own.");
    page.unset("  services: {}");
    page.says("A file that lists servers by Service port: `shop/web:http: [10.0.0.1:8080]`.");
    page.unset("  inventory: backends.yaml");
    page.says(&format!(
        "The nodes, for nodePort and hostPort: those among the manifests ({}), by InternalIP, ExternalIP or Hostname; or a list of addresses.",
        survey.nodes
    ));
    if let Some(candidate) = candidate(survey, Resolver::NodePort) {
        page.says(&format!(
            "With the addresses of the nodes here, nodePort would know {} of those unknown.",
            candidate.ports
        ));
    }
    page.unset("  nodes: {from: input, address: InternalIP}");
    page.says("The DNS of the cluster, where this host can ask it: for headless Services.");
    if let Some(candidate) = candidate(survey, Resolver::Dns) {
        page.says(&format!(
            "With it, dns would know {} of those unknown.",
            candidate.ports
        ));
    }
    page.unset(
        "  dns: {nameservers: [\"10.96.0.10:53\"], clusterDomain: cluster.local, slots: 10}",
    );
    page.says("DNS servers for all other names; unset, those of the host.");
    page.unset("  nameservers: [\"192.0.2.53:53\"]");
    page.says("Networks of pods to which the host has routes, to judge exports by.");
    page.unset("  podNetworks: []");
    page.says("The zone of the host: servers of other zones become backups.");
    page.unset("  zone: zone-a");
}

fn candidate(survey: &Survey, resolver: Resolver) -> Option<&Candidate> {
    survey
        .candidates
        .iter()
        .find(|candidate| candidate.resolver == resolver && !candidate.ready)
}

/// `12 Service ports by slices, 3 by nodePort, 2 by none`.
pub(super) fn resolved(survey: &Survey) -> String {
    let mut parts = Vec::new();
    for (resolver, ports) in &survey.resolved {
        let what = match (parts.is_empty(), ports.len()) {
            (true, 1) => " Service port",
            (true, _) => " Service ports",
            (false, _) => "",
        };
        let by = match resolver {
            Resolver::Placeholder => "none",
            resolver => resolver.name(),
        };
        parts.push(format!("{}{what} by {by}", ports.len()));
    }
    if parts.is_empty() && survey.closed > 0 {
        return "not looked for, as all routes are closed (see `ingressc check`)".to_owned();
    }
    if parts.is_empty() {
        return "no route leads to a Service".to_owned();
    }
    parts.join(", ")
}

/// The first of many names.
pub(super) fn several(names: &[String]) -> String {
    let mut text = names
        .iter()
        .take(LISTED)
        .map(|name| visible(name))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > LISTED {
        let _ = write!(text, " and {} more", names.len() - LISTED);
    }
    text
}

fn certificates(page: &mut Page, survey: &Survey) {
    let mut remark = "Secrets that are not among the manifests, as PEM files (key and chain) on HAProxy's host; and the Secret for names that no other certificate covers.".to_owned();
    match survey.secrets.len() {
        0 => {}
        1 => remark.push_str(" 1 is missing."),
        count => {
            let _ = write!(remark, " {count} are missing.");
        }
    }
    page.part(&remark);
    let mut map = String::from("certificates:\n  map:");
    let mut missing: Vec<(&ObjectName, &Option<String>)> = survey
        .secrets
        .iter()
        .filter(|(name, _)| is_name(&name.namespace) && is_name(&name.name))
        .collect();
    let (example, nobody) = (ObjectName::new("shop", "shop-tls"), None);
    if missing.is_empty() {
        missing.push((&example, &nobody));
    }
    for (name, promised) in missing.iter().take(LISTED) {
        let ObjectName {
            namespace,
            name: own,
        } = name;
        let _ = write!(
            map,
            "\n    {namespace}/{own}: /etc/ssl/private/{namespace}.{own}.pem"
        );
        if let Some(kind) = promised {
            let _ = write!(map, "   # announced by: {}", visible(kind));
        }
    }
    page.unset(&map);
    if missing.len() > LISTED {
        let more = missing.len() - LISTED;
        page.says(&format!("And {more} more: see ING208 of `ingressc check`."));
    }
    page.unset("  default: shop/wildcard");
}

/// The text so far.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// A remark, after a blank line.
    fn part(&mut self, remark: &str) {
        self.text.push('\n');
        self.says(remark);
    }

    /// A remark.
    fn says(&mut self, remark: &str) {
        let mut line = String::from("#");
        for word in remark.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > WIDTH && line.len() > 1 {
                self.line(&line);
                "#".clone_into(&mut line);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    fn set(&mut self, text: &str) {
        self.line(text);
    }

    /// A key that can be set.
    fn unset(&mut self, text: &str) {
        for line in text.lines() {
            self.text.push('#');
            self.line(line);
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A JSON string, which is a YAML string: but for the characters that YAML reads as line breaks.
fn quoted(text: &str) -> String {
    let text = serde_json::Value::from(text).to_string();
    let mut quoted = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Base, Config, Mistake};
    use crate::source::{File, FileKind, Sources};

    fn read(text: &str) -> (Config, Vec<Mistake>) {
        let mut sources = Sources::default();
        let file = sources.add(File::new("ingressc.yaml", text).kind(FileKind::Config));
        let mut config = Config::default();
        let mistakes = config::read(&mut config, &sources, file, &Base::default());
        (config, mistakes)
    }

    fn written(survey: &Survey) -> String {
        let inputs = ["deploy", "a \"b\"\u{2028}# c"].map(str::to_owned);
        let given = Given {
            inputs: &inputs,
            exclude: &[],
            read: "1 file, 1 object (1 Ingress)",
        };
        page(&given, survey)
    }

    /// With every key set, as the page says that it is done.
    fn with_all_keys(text: &str) -> String {
        let lines = text.lines().map(|line| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with(' ') && !rest.starts_with("  ") => line,
            Some(rest) => rest,
            None => line,
        });
        lines.fold(String::new(), |text, line| text + line + "\n")
    }

    fn hostile() -> Survey {
        let evil = "x\ninputs: [evil]\u{2028}classes: [evil]";
        let secret = |name: &str| (ObjectName::new("shop", name), Some(evil.to_owned()));
        Survey {
            selection: crate::lower::Selection {
                selected: 3,
                taken: [(evil, 1), ("edge", 1), ("", 1)]
                    .map(|(class, count)| (class.to_owned(), count))
                    .into(),
                skipped: [(evil.to_owned(), 1)].into(),
                exposed: 0,
            },
            default_class: Some(evil.to_owned()),
            resolved: [(Resolver::Placeholder, vec![evil.to_owned()])].into(),
            secrets: [secret("tls"), secret(evil)].into(),
            ..Survey::default()
        }
    }

    #[test]
    fn a_key_below_another_is_set_as_the_page_says() {
        let text = written(&Survey::default());
        assert!(text.contains("one blank"), "{text}");
        let set =
            text.replacen("\n#target:", "\ntarget:", 1)
                .replacen("\n#  layout:", "\n  layout:", 1);
        let (config, mistakes) = read(&set);
        assert_eq!(mistakes, [], "{set}");
        assert!(config.layout.is_some() && config.haproxy.is_none());
    }

    #[test]
    fn what_is_written_reads_back_and_names_of_manifests_stay_remarks() {
        for survey in [Survey::default(), hostile()] {
            let text = written(&survey);
            let (config, mistakes) = read(&text);
            assert_eq!(mistakes, [], "{text}");
            assert_eq!(config.inputs, ["deploy", "a \"b\"\u{2028}# c"]);
            assert_eq!(config.classes, None);
        }
        let listed = Survey {
            classes: Some(vec!["edge".to_owned()]),
            ..Survey::default()
        };
        let (config, mistakes) = read(&written(&listed));
        assert_eq!(
            (config.classes, mistakes),
            (Some(vec!["edge".to_owned()]), vec![])
        );
    }

    #[test]
    fn every_key_stands_there_and_those_with_a_default_have_it() {
        let text = written(&hostile());
        let (own, clusters) = (with_all_keys(&text), "clusters:\n  fra");
        // Clusters have inputs of their own, so that the two exclude each other.
        let (before, rest) = own.split_once(clusters).expect("there");
        let (_, after) = rest.split_once("\n\n").expect("a part of its own");
        let (config, mistakes) = read(&format!("{before}\n{after}"));
        assert_eq!(mistakes, [], "{own}");
        let with_clusters = own.replacen("inputs:", "#inputs:", 1);
        let (clustered, mistakes) = read(&with_clusters);
        assert_eq!(mistakes, [], "{with_clusters}");
        assert_eq!(clustered.clusters.len(), 2);

        // All fields by name, so that a new key cannot be forgotten here.
        let Config {
            inputs: _,
            annotations: _,
            exclude,
            namespace,
            classes,
            haproxy,
            layout,
            http,
            https,
            metrics,
            admin,
            endpoints,
            clusters: _,
            peers,
            tcp,
            include: _,
            policy: _,
            certificate_files,
            default_certificate,
            fail_on,
            levels,
            ignores,
            baseline,
        } = config.clone();
        assert!(tcp.addresses.is_some() && !tcp.config_maps.is_empty());
        let pool = tcp.pool.expect("set");
        assert_eq!(pool.value.to_string(), crate::ports::POOL);
        assert_eq!(tcp.lock.expect("set").value, crate::ports::LOCK);
        assert!(exclude.is_empty() && !peers.is_empty() && !levels.is_empty());
        assert_eq!(ignores.len(), 1);
        assert_eq!(
            baseline.as_deref(),
            Some(crate::finding::baseline::FILE_NAME)
        );
        assert_eq!(classes, Some(vec![String::new(), "edge".to_owned()]));
        assert!(default_certificate.is_some() && metrics.is_some());
        assert_eq!(admin, config::Admin::Off);
        assert_eq!(certificate_files.len(), 1);

        let default = crate::Settings::new(&Config::default(), false);
        let set = crate::Settings::new(&config, false);
        assert_eq!(namespace.as_deref(), Some(&*default.manifest.namespace));
        assert_eq!(haproxy, Some(default.emit.target));
        assert_eq!(layout, Some(default.emit.process.layout));
        assert_eq!(set.emit.process.metrics, default.emit.process.metrics);
        assert_eq!(set.emit.process.admin, default.emit.process.admin);
        assert!(http.is_some() && https.is_some());
        assert_eq!(set.lower.listeners, default.lower.listeners);
        assert_eq!(fail_on, Some(crate::finding::Severity::Error));

        let config::Endpoints {
            order,
            services: _,
            inventory,
            nodes,
            dns,
            nameservers,
            pod_networks,
            zone,
        } = endpoints;
        assert_eq!(order, Some(default.lower.endpoints.order));
        assert_eq!(nodes, Some(default.lower.endpoints.nodes));
        assert!(inventory.is_some() && dns.is_some() && nameservers.is_some());
        assert!(pod_networks.is_some() && zone.is_some());
    }
}
