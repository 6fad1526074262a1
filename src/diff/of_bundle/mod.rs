//! A bundle as a [`View`]: routes from its maps, certificates from its list, and everything else from the sections of `haproxy.cfg`.
//!
//! In: a bundle that `compile` has written, or would write. Nothing in it is trusted: what cannot be read is left out, and nothing
//! of it is run. Settings are told by their lines where they have no name of ours.

mod lines;
mod sections;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use self::lines::Reading;
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
        nothing: Arc::default(),
    };
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
            let facts = Arc::new(reading.said.0);
            found.insert(section.name, (facts, Arc::new(places)));
        }
        self.policies = found;
    }

    fn backends(&self, view: &mut View) {
        for section in self.sections.iter().filter(|it| it.is_service()) {
            let mut reading = Reading::new(self);
            let mut servers = BTreeMap::new();
            for (number, line) in &section.lines {
                match server(line) {
                    Some((address, said)) => _ = servers.insert(address, said),
                    None => _ = reading.directive(*number, line),
                }
            }
            let entry = view.backends.entry(section.backend()).or_default();
            *entry = BackendView {
                shown: section.shown(),
                facts: reading.said.0,
                servers,
                place: self.place(CONFIG, section.line),
            };
        }
    }

    /// The route that leads to a section.
    fn route(&self, target: &str, place: Option<Place>) -> RouteView {
        let section = self.backends.get(target).map(|at| &self.sections[*at]);
        let policy = section.and_then(|section| self.policies.get(section.from));
        let (facts, places) = policy
            .cloned()
            .unwrap_or((self.nothing.clone(), Arc::default()));
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
                    said.bind(bind, Facet::PortClientTls);
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
            facts.extend(said.said.0);
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

    /// Lines of sections that are nothing else.
    fn settings(&self, view: &mut View) {
        let mut said = Reading::new(self);
        for section in self.sections.iter().filter(|it| it.is_shared()) {
            let is_front = section.name == "fe_http";
            for (number, line) in &section.lines {
                let is_guard = is_front && line.contains("var(txn.be)");
                if is_guard || is_front && line.starts_with("default_backend ") {
                    continue;
                }
                let place = self.place(CONFIG, *number);
                let key = if is_front && let Some(bind) = line.strip_prefix("bind ") {
                    said.bind(bind, Facet::ClientTls);
                    let address = bind.split(' ').next().unwrap_or_default();
                    said.said.say_of(Facet::Listen, address, Fact::words(""));
                    (Facet::Listen, address.to_owned())
                } else {
                    let is_raw = self.raw.contains(number);
                    let of = section.shown_name();
                    said.said.say_line(Facet::Line, line, &of, is_raw)
                };
                if let Some(place) = place {
                    view.setting_places.insert(key, place);
                }
            }
        }
        let Said(facts) = said.said;
        view.settings = facts;
    }
}

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
