//! A bundle as a [`View`]: routes from its maps, certificates from its list, and everything else from the sections of `haproxy.cfg`.
//!
//! In: a bundle that `compile` has written, or would write. Nothing in it is trusted: what cannot be read is left out, and nothing
//! of it is run. Settings are told by their lines where they have no name of ours.

mod lines;
mod sections;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ipnet::IpNet;
use serde::Deserialize;

use self::lines::{Reading, WITHIN};
use self::sections::{Section, sections};
use super::facet::Facet;
use super::fact::{Fact, Facts};
use super::policy::Said;
use super::view::{Answer, BackendView, Place, RouteKey, RouteView, View};
use crate::emit::{Bundle, CONFIG, INDEX};

/// Reads a bundle.
///
/// # Errors
/// It has no `haproxy.cfg`, or no `bundle.json` of a version that is known; in words, lower case, without a full stop.
pub fn view_of_bundle(bundle: &Bundle) -> Result<View, String> {
    let index = bundle.files.get(INDEX);
    let index: Index = index
        .and_then(|file| serde_json::from_slice(&file.bytes).ok())
        .filter(|index: &Index| index.version == 1)
        .ok_or("its bundle.json is none that is known here")?;
    let config = bundle.files.get(CONFIG).ok_or("it has no haproxy.cfg")?;
    let config = std::str::from_utf8(&config.bytes);
    let config = config.map_err(|_| "its haproxy.cfg is not UTF-8")?;
    let sections = sections(config);
    let backends = sections.iter().enumerate();
    let backends = backends.filter(|(_, section)| section.kind == "backend");
    let mut reader = Reader {
        bundle,
        places: index.places(),
        raw: bundle.raw_lines(),
        backends: backends.map(|(at, section)| (section.name, at)).collect(),
        sections,
        policies: BTreeMap::new(),
        own: BTreeMap::new(),
        client_sources: BTreeMap::new(),
        nothing: Arc::default(),
    };
    reader.client_sources();
    reader.policies();
    let mut view = View::default();
    reader.backends(&mut view);
    reader.routes(&mut view);
    reader.tcp(&mut view);
    reader.certificates(&mut view);
    reader.settings(&mut view);
    Ok(view)
}

/// The lowest HAProxy that a bundle is made for, as its `bundle.json` says.
pub fn target_of_bundle(bundle: &Bundle) -> Option<String> {
    let index = bundle.files.get(INDEX)?;
    let index: Index = serde_json::from_slice(&index.bytes).ok()?;
    index.target
}

/// As much of `bundle.json` as is read.
#[derive(Deserialize)]
struct Index {
    version: u32,
    target: Option<String>,
    #[serde(default)]
    origins: BTreeMap<String, BTreeMap<String, Vec<[u32; 3]>>>,
}

impl Index {
    /// Where each line of each file came from.
    fn places(self) -> BTreeMap<String, BTreeMap<u32, Place>> {
        let of_file = |manifests: BTreeMap<String, Vec<[u32; 3]>>| {
            let mut places = BTreeMap::new();
            for (file, lines) in manifests {
                for [at, line, _] in lines {
                    let file = file.clone();
                    places.insert(at, Place { file, line });
                }
            }
            places
        };
        let files = self.origins.into_iter();
        files.map(|(name, all)| (name, of_file(all))).collect()
    }
}

/// What routes with one policy share: what is said, and where.
type Shared = (Arc<Facts>, Arc<BTreeMap<Facet, Place>>);

/// The header that names the client, and the networks whose word counts; `None`: everybody's.
type ClientSource<'b> = (&'b str, Option<Vec<IpNet>>);

struct Reader<'b> {
    bundle: &'b Bundle,
    places: BTreeMap<String, BTreeMap<u32, Place>>,
    /// Lines of `haproxy.cfg` that are not ours.
    raw: BTreeSet<u32>,
    sections: Vec<Section<'b>>,
    /// Backends among the sections, by name.
    backends: BTreeMap<&'b str, usize>,
    /// By the name of the section.
    policies: BTreeMap<&'b str, Shared>,
    /// The policies of backends with lines of others, by the name of the backend.
    own: BTreeMap<&'b str, Shared>,
    /// The variables that say who the client is: the header, and whose word counts, if not everybody's.
    client_sources: BTreeMap<String, ClientSource<'b>>,
    nothing: Arc<Facts>,
}

impl<'b> Reader<'b> {
    fn text(&self, path: &str) -> &'b str {
        let file = self.bundle.files.get(path);
        file.and_then(|file| std::str::from_utf8(&file.bytes).ok())
            .unwrap_or_default()
    }

    fn place(&self, file: &str, line: u32) -> Option<Place> {
        self.places.get(file)?.get(&line).cloned()
    }

    fn policies(&mut self) {
        let mut found = BTreeMap::new();
        for section in self.sections.iter().filter(|it| it.is_policy()) {
            let mut reading = Reading::new(self);
            let mut places = BTreeMap::new();
            for (number, line) in &section.lines {
                let facet = reading.directive(*number, line);
                if let Some(place) = self.place(CONFIG, *number) {
                    places.entry(facet).or_insert(place);
                }
            }
            let facts = Arc::new(reading.finish("").0);
            found.insert(section.name, (facts, Arc::new(places)));
        }
        self.policies = found;
        self.own = self.own_lines();
    }

    /// Raw lines of annotations stand in the backends, which do what their policy says besides.
    fn own_lines(&self) -> BTreeMap<&'b str, Shared> {
        let mut found = BTreeMap::new();
        for section in self.sections.iter().filter(|it| it.is_service()) {
            let mut reading = Reading::new(self);
            let raw = section.lines.iter();
            for (number, line) in raw.filter(|(number, line)| self.is_own(*number, line)) {
                reading.stands(*number, line);
            }
            let said = reading.finish("").0;
            if said.is_empty() {
                continue;
            }
            let (facts, places) = self.policy(section.from);
            let mut facts = (*facts).clone();
            facts.extend(said);
            found.insert(section.name, (Arc::new(facts), places));
        }
        found
    }

    /// Whether a line of a backend is somebody else's. What is written of servers tells itself.
    fn is_own(&self, number: u32, line: &str) -> bool {
        self.raw.contains(&number) && server(line).is_none()
    }

    fn policy(&self, name: &str) -> Shared {
        let known = self.policies.get(name).cloned();
        known.unwrap_or((self.nothing.clone(), Arc::default()))
    }

    fn backends(&self, view: &mut View) {
        for section in self.sections.iter().filter(|it| it.is_service()) {
            let mut reading = Reading::new(self);
            let mut servers = BTreeMap::new();
            for (number, line) in &section.lines {
                match server(line) {
                    Some((address, said)) => _ = servers.insert(address, said),
                    None if self.is_own(*number, line) => {}
                    None => _ = reading.directive(*number, line),
                }
            }
            let facts = reading.finish("").0;
            let entry = view.backends.entry(section.backend());
            let known = entry.or_insert_with(|| BackendView {
                shown: section.shown(),
                facts: Facts::new(),
                servers: BTreeMap::new(),
                place: self.place(CONFIG, section.line),
            });
            // Each policy has a section of its own; what they say otherwise is said of that section.
            for ((facet, of), fact) in facts {
                match known.facts.get(&(facet, of.clone())) {
                    Some(same) if *same == fact => {}
                    None => _ = known.facts.insert((facet, of), fact),
                    Some(_) => {
                        let of = format!("{of} with another policy");
                        known
                            .facts
                            .insert((facet, of.trim_start().to_owned()), fact);
                    }
                }
            }
            for (address, said) in servers {
                let known = known.servers.entry(address).or_default();
                if *known < said {
                    *known = said;
                }
            }
        }
    }

    /// The route that leads to a section.
    fn route(&self, target: &str, place: Option<Place>) -> RouteView {
        let section = self.backends.get(target).map(|at| &self.sections[*at]);
        let own = self.own.get(target).cloned();
        let (facts, places) =
            own.unwrap_or_else(|| self.policy(section.map_or("", |section| section.from)));
        RouteView {
            answer: answer(target, section),
            facts,
            places,
            place,
        }
    }

    fn tcp(&self, view: &mut View) {
        let listeners = self.sections.iter();
        for section in listeners.filter(|it| it.kind == "frontend" && it.name.starts_with("fe_tcp"))
        {
            let mut said = Reading::new(self);
            let mut binds = Vec::new();
            let (mut default, mut rules) = ("", Vec::new());
            for (number, line) in &section.lines {
                if let Some(bind) = line.strip_prefix("bind ") {
                    binds.push((bind.split(' ').next().unwrap_or_default(), *number));
                    said.bind(*number, bind, Facet::PortClientTls);
                } else if self.raw.contains(number) && !line.starts_with("default_backend ") {
                    said.stands(*number, line);
                } else if let Some(target) = line.strip_prefix("default_backend ") {
                    default = target;
                } else if line.starts_with("use_backend ") || line.starts_with("acl ") {
                    rules.push((*line).to_owned());
                } else {
                    said.directive(*number, line);
                }
            }
            for path in ["sni", "wild-sni"].map(|it| format!("maps/{}-{it}.map", section.name)) {
                rules.extend(self.text(&path).lines().map(str::to_owned));
            }
            let mut route = self.route(default, None);
            if !rules.is_empty() {
                rules.push(format!("others to {default}"));
                route.answer = Answer::Rules(rules.join(", "));
            }
            let mut facts = (*route.facts).clone();
            facts.extend(said.finish("of the port").0);
            route.facts = Arc::new(facts);
            for (bind, number) in binds {
                let port = bind.rsplit(':').next().and_then(|port| port.parse().ok());
                let key = RouteKey::Tcp {
                    port: port.unwrap_or_default(),
                    bind: bind
                        .split(",[::]")
                        .next()
                        .unwrap_or(bind)
                        .replace("*:", ":"),
                };
                let place = self.place(CONFIG, number);
                view.routes.insert(
                    key,
                    RouteView {
                        place,
                        ..route.clone()
                    },
                );
            }
        }
    }

    /// Who the client is, before any route is known.
    fn client_sources(&mut self) {
        let mut found = BTreeMap::new();
        let front = self.sections.iter().filter(|it| it.name == FRONT);
        for (number, line) in front.flat_map(|section| &section.lines) {
            if let Some((variable, source)) = self.client_source(*number, line) {
                found.entry(variable).or_insert(source);
            }
        }
        self.client_sources = found;
    }

    /// `http-request set-var(txn.from_x) req.hdr_ip(x) if { src … }`: the variable, as it is read, the header and the networks.
    fn client_source(&self, number: u32, line: &'b str) -> Option<(String, ClientSource<'b>)> {
        let words: Vec<&str> = line.split(' ').collect();
        let ["http-request", variable, header, rest @ ..] = &words[..] else {
            return None;
        };
        let variable = variable
            .strip_prefix("set-var(txn.from_")?
            .strip_suffix(')')?;
        let header = header.strip_prefix("req.hdr_ip(")?.strip_suffix(')')?;
        let trusted = match rest {
            _ if self.raw.contains(&number) => return None,
            [] => None,
            ["if", "{", "src", list @ .., "}"] => Some(Reading::new(self).networks(list)?),
            _ => return None,
        };
        Some((format!("var(txn.from_{variable})"), (header, trusted)))
    }

    /// Whether a line of the frontend is told by the routes: where they lead, and who their clients are.
    fn is_routing(&self, number: u32, line: &'b str) -> bool {
        if self.raw.contains(&number) {
            return false;
        }
        let source = self.client_source(number, line);
        line.starts_with("http-request set-var(txn.be) ") && line.contains("-- alt.")
            || line.contains(" if { var(txn.be) -m str -- alt.")
            || line.starts_with("default_backend ")
            || source.is_some_and(|(name, source)| self.client_sources.get(&name) == Some(&source))
    }

    /// Lines of sections that are nothing else.
    fn settings(&self, view: &mut View) {
        let mut said = Said::default();
        for section in self.sections.iter().filter(|it| it.is_shared()) {
            let is_front = section.name == FRONT;
            let mut reading = Reading::new(self);
            if !OURS.contains(&section.kind) || self.raw.contains(&section.line) {
                // That it is there counts, too.
                reading.stands(section.line, &section.shown_name());
            }
            for (number, line) in &section.lines {
                if is_front && self.is_routing(*number, line) {
                    continue;
                }
                match line.strip_prefix("bind ") {
                    Some(bind) if !self.raw.contains(number) => {
                        reading.bind(*number, bind, Facet::ClientTls);
                        let address = bind.split(' ').next().unwrap_or_default();
                        if address.starts_with(WITHIN) {
                            continue;
                        }
                        let key = (Facet::Listen, address.to_owned());
                        if let Some(place) = self.place(CONFIG, *number) {
                            view.setting_places.insert(key.clone(), place);
                        }
                        reading.said.0.insert(key, Fact::words(""));
                    }
                    _ if is_front && line.starts_with(PROXIES) => {
                        reading.directive(*number, line);
                    }
                    _ => _ = reading.stands(*number, line),
                }
            }
            for ((facet, of), fact) in reading.finish(&section.shown_name()).0 {
                // What one port says of its clients, the frontend says of all.
                let facet = if facet == Facet::AcceptProxy {
                    Facet::ProxyProtocol
                } else {
                    facet
                };
                match fact.as_lines() {
                    Some(lines) => said.sequence(facet, &of, lines.to_vec()),
                    None => said.say_of(facet, of, fact),
                }
            }
        }
        view.settings = said.0;
    }
}

/// The frontend that routes.
const FRONT: &str = "fe_http";

/// What says whose PROXY headers count.
const PROXIES: &str = "tcp-request connection expect-proxy ";

/// Sections that others may write, too, by which a name says nothing.
const OURS: [&str; 6] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "resolvers",
    "peers",
];

fn answer(target: &str, section: Option<&Section<'_>>) -> Answer {
    match (target, section) {
        ("closed" | "tcp_refused" | "tls_refused", _) => Answer::Closed,
        ("not_found" | "", _) => Answer::NotFound,
        (name, _) if name.split('.').next() == Some("misdirected") => Answer::Misdirected,
        (_, Some(section)) if section.is_service() => Answer::Service {
            backend: section.backend(),
            shown: section.shown(),
        },
        (name, _) => Answer::Service {
            backend: name.to_owned(),
            shown: name.to_owned(),
        },
    }
}

/// The address of a `server` line, and what follows.
fn server(line: &str) -> Option<(String, String)> {
    let mut words = line.split(' ');
    let (address, slots) = match words.next()? {
        "server" => (words.nth(1)?, None),
        "server-template" => {
            let slots = words.nth(1)?;
            (words.next()?, Some(format!("up to {slots}")))
        }
        _ => return None,
    };
    let rest: Vec<String> = slots.into_iter().chain(words.map(str::to_owned)).collect();
    Some((address.to_owned(), rest.join(" ")))
}
