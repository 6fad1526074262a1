//! The tables of a bundle: hosts, paths, names of handshakes, certificates.

use std::collections::BTreeMap;

use super::Reader;
use crate::diff::of_routing::parts;
use crate::diff::policy::digest;
use crate::diff::view::{CertificateView, Place, RouteKey, RouteView, View};
use crate::emit::CRT_LIST;
use crate::ir::{Claim, Host, HostId, HostPattern, PathMatch, PathPattern, PathRule, Target};
use crate::source::{FileId, Origin};

/// What the values of the path map begin with that stand for conditions.
const GUARD: &str = "alt.";

impl<'b> Reader<'b> {
    /// The lines of a map: key, value, and where they came from.
    fn map(&self, path: &str) -> Vec<(&'b str, &'b str, Option<Place>)> {
        let lines = (1..).zip(self.text(path).lines());
        lines
            .filter_map(|(number, line)| {
                let (key, value) = line.split_once(' ')?;
                Some((key, value, self.place(path, number)))
            })
            .collect()
    }

    pub(super) fn routes(&self, view: &mut View) {
        let mut hosts: BTreeMap<&str, String> = [("h0", String::new())].into();
        for (name, id, _) in self.map("maps/host.map") {
            hosts.insert(id, name.to_owned());
        }
        for (name, id, _) in self.map("maps/wild.map") {
            hosts.insert(id, format!("*.{}", name.trim_start_matches('.')));
        }
        let targets = Targets::new(self);
        let mut rules: BTreeMap<String, Vec<PathRule>> = BTreeMap::new();
        for (key, target, place) in self.map("maps/path.map") {
            let (id, rest) = key.split_at(key.find('/').unwrap_or(key.len()));
            let Some(host) = hosts.get(id) else {
                continue;
            };
            let (kind, path) = match (rest.strip_suffix("/?"), rest.strip_suffix('/')) {
                (Some(path), _) => (PathMatch::Exact, path),
                (None, Some(path)) => (PathMatch::Prefix, path),
                (None, None) => (PathMatch::Begins, rest),
            };
            let Ok(path) = PathPattern::new(kind, path) else {
                continue;
            };
            let route = |target: &str| self.route(target, place.clone());
            let otherwise = targets.add(view, (host, &path), target, &route);
            rules
                .entry(host.clone())
                .or_default()
                .push(rule(path, otherwise));
        }
        for (host, mut rules) in rules {
            rules.sort_by(|one, other| one.path.cmp(&other.path));
            match HostPattern::new(&host) {
                _ if host.is_empty() => view.routing.any_host = rules,
                Ok(pattern) => view.routing.hosts.push(Host {
                    pattern,
                    id: HostId::any(),
                    rules,
                }),
                Err(_) => {}
            }
        }
        let hosts = &mut view.routing.hosts;
        hosts.sort_by(|one, other| one.pattern.cmp(&other.pattern));
        self.handshakes(view);
        self.default(view);
    }

    fn handshakes(&self, view: &mut View) {
        for (path, star) in [("maps/sni.map", ""), ("maps/wild-sni.map", "*.")] {
            for (name, target, place) in self.map(path) {
                // Names that are answered here stand there, too.
                if target == "tls_local" {
                    continue;
                }
                let host = format!("{star}{}", name.trim_start_matches('.'));
                let route = self.route(target, place);
                view.routes.insert(RouteKey::Tls { host }, route);
            }
        }
    }

    fn default(&self, view: &mut View) {
        let front = self.sections.iter().find(|it| it.name == "fe_http");
        for (number, line) in front.iter().flat_map(|section| &section.lines) {
            if let Some(target) = line.strip_prefix("default_backend ")
                && target != "not_found"
            {
                let place = self.place(crate::emit::CONFIG, *number);
                let route = self.route(target, place);
                view.routes.insert(RouteKey::Default, route);
            }
        }
    }

    pub(super) fn certificates(&self, view: &mut View) {
        for (number, line) in (1..).zip(self.text(CRT_LIST).lines()) {
            let mut words = line.split(' ');
            let path = words.next().unwrap_or_default();
            let shown = if path.starts_with('/') {
                [path.to_owned(), String::new(), String::new()]
            } else {
                parts(self.text(path))
            };
            let [leaf, key, chain] = shown.map(|part| digest(&part));
            let stem = path.trim_start_matches("certs/").trim_end_matches(".pem");
            let shown = CertificateView {
                secret: stem.replacen('_', "/", 1),
                leaf,
                key,
                chain,
                place: self.place(CRT_LIST, number),
            };
            for name in words {
                let name = if name == "!*" { "" } else { name };
                view.certificates.insert(name.to_owned(), shown.clone());
            }
        }
    }
}

/// A rule by which it is asked who decides; who answers stands in the view.
fn rule(path: PathPattern, is_next: bool) -> PathRule {
    let origin = Origin::new(FileId::new(0), 0..0);
    PathRule {
        path,
        alternatives: Vec::new(),
        claim: Claim {
            ingress: String::new(),
            wording: String::new(),
            target: if is_next {
                Target::Next
            } else {
                Target::Closed
            },
            origin,
            settings: None,
        },
        losers: Vec::new(),
    }
}

/// What the guards of the frontend lead to: conditions with their sections, and the section without.
#[derive(Default)]
struct Targets<'b>(BTreeMap<&'b str, Guard<'b>>);

/// What a line of the path map leads to that has conditions.
#[derive(Default)]
struct Guard<'b> {
    /// A condition, and the section behind it.
    conditional: Vec<(&'b str, &'b str)>,
    /// The section for all others.
    otherwise: Option<&'b str>,
}

impl<'b> Targets<'b> {
    fn new(reader: &Reader<'b>) -> Self {
        let mut targets = Self::default();
        let front = reader.sections.iter().find(|it| it.name == "fe_http");
        for (_, line) in front.iter().flat_map(|section| &section.lines) {
            let known = line.split_once(" if { var(txn.be) -m str -- alt.");
            let Some((action, rest)) = known else {
                continue;
            };
            let (id, condition) = rest.split_once(" }").unwrap_or((rest, ""));
            let target = action
                .split_once("str(")
                .and_then(|(_, rest)| rest.strip_suffix(')'));
            let guard = targets.0.entry(id).or_default();
            match (condition.trim(), target) {
                ("", target) => {
                    guard.otherwise = target.filter(|target| !target.starts_with(GUARD));
                }
                (condition, Some(target)) => guard.conditional.push((condition, target)),
                (_, None) => {}
            }
        }
        targets
    }

    /// Adds the routes of a line of the path map. Whether there is none for requests that meet no condition.
    fn add(
        &self,
        view: &mut View,
        (host, path): (&str, &PathPattern),
        target: &str,
        route: &dyn Fn(&str) -> RouteView,
    ) -> bool {
        let key = |condition: &str| RouteKey::Path {
            host: host.to_owned(),
            path: path.text().to_owned(),
            kind: path.kind(),
            condition: condition.to_owned(),
        };
        let Some(id) = target.strip_prefix(GUARD) else {
            view.routes.insert(key(""), route(target));
            return false;
        };
        view.conditional = true;
        let Some(guard) = self.0.get(id) else {
            return true;
        };
        for (condition, target) in &guard.conditional {
            view.routes
                .entry(key(condition))
                .or_insert_with(|| route(target));
        }
        if let Some(target) = guard.otherwise {
            view.routes.insert(key(""), route(target));
        }
        guard.otherwise.is_none()
    }
}
