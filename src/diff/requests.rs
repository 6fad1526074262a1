//! Requests that are asked of both sides: who answers in place of a route that is not there, and which requests change hands although
//! no route tells it.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::lost_guards;
use super::delta::{Delta, RequestChange};
use super::of_routing::path_key;
use super::view::{Answer, RouteKey, RouteView, View};
use crate::ir::{HostPattern, PathMatch, PathRule};
use crate::simulate::{self, HostMatch, Loss, Request};

/// So many requests that change hands are told; the others are counted.
const SHOWN: usize = 20;

/// So many requests are asked at most.
const ASKED: usize = 100_000;

/// Both sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'v> {
    pub(super) base: &'v View,
    pub(super) head: &'v View,
}

/// Who answers a request.
pub(super) struct Asked<'v> {
    /// The route; `None` when there is none.
    pub(super) route: Option<&'v RouteView>,
    /// The answer where there is no route.
    pub(super) otherwise: Answer,
    /// Whether requests with other headers are answered alike.
    pub(super) sure: bool,
    key: Option<RouteKey>,
}

impl Asked<'_> {
    pub(super) fn answer(&self) -> &Answer {
        self.route.map_or(&self.otherwise, |route| &route.answer)
    }
}

impl<'v> Asker<'v> {
    /// Who answers the requests of a route of `own` on the `other` side.
    pub(super) fn instead(&self, key: &RouteKey, own: &View, other: &'v View) -> Asked<'v> {
        let nobody = |otherwise| Asked {
            route: None,
            otherwise,
            sure: true,
            key: None,
        };
        match key {
            RouteKey::Path { .. } => {
                let request = self.request_of(key, own);
                request.map_or_else(
                    || nobody(Answer::NotFound),
                    |(host, path)| {
                        let mut asked = ask(other, &host, &path);
                        asked.sure &= key.condition().is_none();
                        asked
                    },
                )
            }
            RouteKey::Default => nobody(Answer::NotFound),
            // Before TLS was handed through, the host was answered here, if by a wildcard's rules.
            RouteKey::Tls { host } => {
                let asked = ask(other, &self.name_for(host), "/");
                match asked.route {
                    Some(_) => Asked {
                        sure: false,
                        ..asked
                    },
                    None => nobody(Answer::Nothing),
                }
            }
            RouteKey::Tcp { .. } => nobody(Answer::Nothing),
        }
    }

    /// Whether the route that answers is there on both sides, and leads to the same.
    pub(super) fn stays(&self, asked: &Asked<'_>) -> bool {
        let Some(key) = &asked.key else {
            return false;
        };
        match (self.base.routes.get(key), self.head.routes.get(key)) {
            (Some(before), Some(after)) => before.answer.is(&after.answer),
            _ => false,
        }
    }

    /// A host and a path that this route decides about. Of a condition nothing is met.
    fn request_of(&self, key: &RouteKey, own: &View) -> Option<(String, String)> {
        let RouteKey::Path {
            host, path, kind, ..
        } = key
        else {
            return None;
        };
        let host = self.name_for(host);
        let paths = paths(path, *kind);
        let decided = |path: &&String| {
            let asked = ask(own, &host, path);
            matches!(&asked.key, Some(RouteKey::Path { path: at, kind: by, .. }) if (at, by) == (path_text(key), kind))
        };
        let found = paths.iter().find(decided).or(paths.first())?.clone();
        Some((host, found))
    }

    /// A name that only this pattern has on both sides; the name itself if it is no wildcard.
    fn name_for(&self, host: &str) -> String {
        let suffix = match host {
            "" => ".invalid",
            host => match host.strip_prefix('*') {
                Some(suffix) => suffix,
                None => return host.to_owned(),
            },
        };
        let is_free = |name: &String| {
            let Ok(pattern) = HostPattern::new(name) else {
                return true;
            };
            let has = |view: &View| {
                let hosts = &view.routing.hosts;
                hosts
                    .binary_search_by(|it| it.pattern.cmp(&pattern))
                    .is_ok()
            };
            !has(self.base) && !has(self.head)
        };
        let mut names = (0..).map(|number| match number {
            0 => format!("any{suffix}"),
            number => format!("any{number}{suffix}"),
        });
        names.find(is_free).unwrap_or_default()
    }
}

fn path_text(key: &RouteKey) -> &String {
    const EMPTY: &String = &String::new();
    match key {
        RouteKey::Path { path, .. } => path,
        _ => EMPTY,
    }
}

/// Paths that a rule matches, the plainest first.
fn paths(path: &str, kind: PathMatch) -> Vec<String> {
    let root = if path.is_empty() { "/" } else { path };
    match kind {
        PathMatch::Exact => vec![path.to_owned()],
        PathMatch::Prefix => vec![root.to_owned(), format!("{path}/"), format!("{path}/x")],
        PathMatch::Begins => vec![root.to_owned(), format!("{path}x"), format!("{path}/x")],
    }
}

/// Asks for a path of a host, with no headers that a condition would be met by.
fn ask<'v>(view: &'v View, host: &str, path: &str) -> Asked<'v> {
    let request = Request {
        host: Some(host.to_owned()),
        target: path.to_owned(),
        ..Request::default()
    };
    let nobody = Asked {
        route: None,
        otherwise: Answer::NotFound,
        sure: true,
        key: None,
    };
    let simulate::Answer::Routed(route) = simulate::routed(&view.routing, &request) else {
        return nobody;
    };
    let pattern = match route.matched {
        HostMatch::Exact(host) | HostMatch::Wildcard(host) => host.pattern.to_string(),
        HostMatch::Any => String::new(),
    };
    let conditional = |rule: &PathRule| !rule.alternatives.is_empty();
    let sure = !route.chosen.is_some_and(conditional)
        && !route.lost.iter().any(|(_, loss)| *loss == Loss::Unmet);
    let key = match (route.chosen, route.alternative) {
        (Some(rule), Some(met)) => path_key(&pattern, rule, met.condition.value.to_string()),
        (Some(rule), None) => path_key(&pattern, rule, String::new()),
        (None, _) => RouteKey::Default,
    };
    Asked {
        route: view.routes.get(&key),
        sure: sure && !view.conditional,
        key: Some(key),
        ..nobody
    }
}

/// Asks for what lies around the routes that come and go, and for what is told by none of them adds a line.
pub(super) fn changed(asker: &Asker<'_>, delta: &mut Delta) {
    // What the routes tell already: requests of this route change from this to that.
    let mut told: BTreeSet<(RouteKey, String, String)> = BTreeSet::new();
    for change in &delta.routes {
        let (before, after) = (change.before.to_string(), change.after.to_string());
        told.insert((unconditional(&change.key), before, after));
    }
    let mut found: BTreeMap<(String, Answer, Answer), RequestChange> = BTreeMap::new();
    for (host, path) in around(asker) {
        let (before, after) = (ask(asker.base, &host, &path), ask(asker.head, &host, &path));
        let lost = match (before.route, after.route) {
            (Some(before), Some(after)) => lost_guards(before, after),
            _ => Vec::new(),
        };
        if before.answer().is(after.answer()) && lost.is_empty() {
            continue;
        }
        let pair = (before.answer().to_string(), after.answer().to_string());
        let tells = |key: &Option<RouteKey>| {
            key.as_ref().is_some_and(|key| {
                told.contains(&(unconditional(key), pair.0.clone(), pair.1.clone()))
            })
        };
        // A route that stays and lost a guard says so itself.
        if tells(&before.key) || tells(&after.key) || before.key == after.key {
            continue;
        }
        let change = RequestChange {
            host: host.clone(),
            path,
            before: before.answer().clone(),
            after: after.answer().clone(),
            lost,
        };
        let key = (host, change.before.clone(), change.after.clone());
        let known = found.entry(key).or_insert_with(|| change.clone());
        if known.lost.is_empty() && !change.lost.is_empty() {
            *known = change;
        }
    }
    let mut all: Vec<RequestChange> = found.into_values().collect();
    all.sort_by_cached_key(|change| (change.lost.is_empty(), change.clone()));
    delta.more_requests = all.len().saturating_sub(SHOWN);
    let rest = all.iter().skip(SHOWN);
    delta.more_lost = rest.filter(|change| !change.lost.is_empty()).count();
    all.truncate(SHOWN);
    delta.requests = all;
}

fn unconditional(key: &RouteKey) -> RouteKey {
    let mut key = key.clone();
    if let RouteKey::Path { condition, .. } = &mut key {
        condition.clear();
    }
    key
}

/// Hosts and paths around the routes that come, go or move: the paths themselves, what is below and beside them; and for hosts that
/// come or go, all paths of the rules that answer for them otherwise.
fn around(asker: &Asker<'_>) -> BTreeSet<(String, String)> {
    let Asker { base, head } = asker;
    let keys: BTreeSet<&RouteKey> = base.routes.keys().chain(head.routes.keys()).collect();
    let mut wanted = BTreeSet::new();
    for key in keys {
        let RouteKey::Path {
            host, path, kind, ..
        } = key
        else {
            continue;
        };
        let same = match (base.routes.get(key), head.routes.get(key)) {
            (Some(before), Some(after)) => before.answer.is(&after.answer),
            _ => false,
        };
        if same || wanted.len() > ASKED {
            continue;
        }
        let name = asker.name_for(host);
        for path in paths(path, *kind) {
            wanted.insert((name.clone(), path));
        }
        wanted.insert((name, format!("{path}-x")));
    }
    for host in one_sided(asker) {
        let (name, pattern) = (asker.name_for(&host), host);
        for view in [base, head] {
            for rules in behind(view, &pattern) {
                for rule in rules.iter().take(ASKED.saturating_sub(wanted.len())) {
                    for path in paths(rule.path.text(), rule.path.kind()) {
                        wanted.insert((name.clone(), path));
                    }
                }
            }
        }
        wanted.insert((name, "/".to_owned()));
    }
    wanted
}

/// The hosts that only one side has rules for.
fn one_sided(asker: &Asker<'_>) -> Vec<String> {
    let names = |view: &View| -> BTreeSet<String> {
        let hosts = view.routing.hosts.iter();
        let hosts = hosts.map(|host| host.pattern.to_string());
        let any = (!view.routing.any_host.is_empty()).then(String::new);
        hosts.chain(any).collect()
    };
    let (base, head) = (names(asker.base), names(asker.head));
    base.symmetric_difference(&head).cloned().collect()
}

/// The rules that answer for a host where it has none of its own.
fn behind<'v>(view: &'v View, host: &str) -> Vec<&'v [PathRule]> {
    let hosts = &view.routing.hosts;
    let above = HostPattern::new(host).ok().and_then(|host| host.wildcard());
    let wildcard = above.and_then(|above| {
        let at = hosts.binary_search_by(|it| it.pattern.cmp(&above)).ok()?;
        Some(&hosts[at].rules[..])
    });
    vec![wildcard.unwrap_or(&view.routing.any_host)]
}
