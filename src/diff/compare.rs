//! Two views, entry by entry.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::delta::{
    BackendChange, Behaviour, CertificateChange, Change, Delta, Renewal, RouteChange, What,
};
use super::fact::{Difference, Facts, differences};
use super::requests::{self, Asked, Asker};
use super::view::{Answer, BackendView, CertificateView, Place, RouteKey, RouteView, View};

/// What changes for traffic from `base` to `head`.
///
/// Costs as much as there is in both, and for each route that comes or goes a walk over the rules of its host.
pub fn compare(base: &View, head: &View) -> Delta {
    let mut delta = Delta {
        routes_now: head.routes.len(),
        ..Delta::default()
    };
    let mut comparer = Comparer {
        asker: Asker { base, head },
        known: HashMap::new(),
    };
    comparer.routes(&mut delta);
    delta.backends = backends(base, head);
    delta.certificates = certificates(base, head);
    delta.settings = settings(base, head);
    requests::changed(&comparer.asker, &mut delta);
    delta
}

struct Comparer<'v> {
    asker: Asker<'v>,
    /// Routes share what is said about them, so that the same two are met often.
    known: HashMap<(*const Facts, *const Facts), Arc<Vec<Difference>>>,
}

impl Comparer<'_> {
    fn routes(&mut self, delta: &mut Delta) {
        let Asker { base, head } = self.asker;
        let keys: BTreeSet<&RouteKey> = base.routes.keys().chain(head.routes.keys()).collect();
        let mut behaviour: BTreeMap<Change, Vec<RouteKey>> = BTreeMap::new();
        for key in keys {
            let change = match (base.routes.get(key), head.routes.get(key)) {
                (Some(before), Some(after)) if before.answer.is(&after.answer) => {
                    for change in self.changes(before, after) {
                        behaviour.entry(change).or_default().push(key.clone());
                    }
                    None
                }
                (Some(before), Some(after)) => Some(self.moved(key, before, after)),
                (None, Some(after)) => self.added(key, after),
                (Some(before), None) => self.removed(key, before),
                (None, None) => None,
            };
            delta.routes.extend(change);
        }
        delta.behaviour = behaviour
            .into_iter()
            .map(|(change, routes)| Behaviour { change, routes })
            .collect();
        // Those that hit the same routes stand together, what protects less first.
        delta.behaviour.sort_by(|one, other| {
            let key = |it: &Behaviour| (!it.change.lowers, it.routes.first().cloned());
            key(one)
                .cmp(&key(other))
                .then_with(|| one.change.cmp(&other.change))
        });
    }

    fn moved(&mut self, key: &RouteKey, before: &RouteView, after: &RouteView) -> RouteChange {
        let changes = self.changes(before, after);
        let opened = before.answer == Answer::Closed && after.answer != Answer::NotFound;
        RouteChange {
            key: key.clone(),
            what: What::Moved,
            before: before.answer.clone(),
            after: after.answer.clone(),
            lowers: opened || changes.iter().any(|change| change.lowers),
            changes,
            place: after.place.clone(),
            base_place: before.place.clone(),
        }
    }

    /// `None` where its requests are answered as before by a route that stays: then it is in nobody's way.
    fn added(&mut self, key: &RouteKey, after: &RouteView) -> Option<RouteChange> {
        let asked = self.asker.instead(key, self.asker.head, self.asker.base);
        let before = asked.route;
        let mut change = RouteChange {
            key: key.clone(),
            what: What::Added,
            before: asked.answer().clone(),
            after: after.answer.clone(),
            changes: Vec::new(),
            lowers: false,
            place: after.place.clone(),
            base_place: None,
        };
        if let Some(before) = before {
            if self.same(&asked, before, after) && self.asker.stays(&asked) {
                return None;
            }
            self.lower(&mut change, before, after);
        }
        Some(change)
    }

    fn removed(&mut self, key: &RouteKey, before: &RouteView) -> Option<RouteChange> {
        let asked = self.asker.instead(key, self.asker.base, self.asker.head);
        let after = asked.route;
        let mut change = RouteChange {
            key: key.clone(),
            what: What::Removed,
            before: before.answer.clone(),
            after: asked.answer().clone(),
            changes: Vec::new(),
            lowers: false,
            place: None,
            base_place: before.place.clone(),
        };
        if let Some(after) = after {
            if self.same(&asked, before, after) && self.asker.stays(&asked) {
                return None;
            }
            self.lower(&mut change, before, after);
        }
        Some(change)
    }

    /// Notes what protects the requests of a route less than before.
    fn lower(&mut self, change: &mut RouteChange, before: &RouteView, after: &RouteView) {
        let serves = |answer: &Answer| matches!(answer, Answer::Service { .. } | Answer::Rules(_));
        if serves(&before.answer) && serves(&after.answer) {
            change.changes = self.changes(before, after);
            change.changes.retain(|change| change.lowers);
        }
        let opened = before.answer == Answer::Closed && serves(&after.answer);
        change.lowers = opened || !change.changes.is_empty();
    }

    /// Whether requests are answered as they were, whatever their headers.
    fn same(&mut self, asked: &Asked<'_>, before: &RouteView, after: &RouteView) -> bool {
        asked.sure && before.answer.is(&after.answer) && self.differences(before, after).is_empty()
    }

    fn differences(&mut self, before: &RouteView, after: &RouteView) -> Arc<Vec<Difference>> {
        let pair = (Arc::as_ptr(&before.facts), Arc::as_ptr(&after.facts));
        let known = self.known.entry(pair);
        let found = known.or_insert_with(|| Arc::new(differences(&before.facts, &after.facts)));
        found.clone()
    }

    fn changes(&mut self, before: &RouteView, after: &RouteView) -> Vec<Change> {
        let found = self.differences(before, after);
        let place = |route: &RouteView, difference: &Difference, is: bool| -> Option<Place> {
            let place = route.places.get(&difference.facet).or(route.place.as_ref());
            place.filter(|_| is).cloned()
        };
        found
            .iter()
            .map(|it| Change {
                place: place(after, it, it.after.is_some()),
                base_place: place(before, it, it.before.is_some()),
                ..change(it)
            })
            .collect()
    }
}

fn change(difference: &Difference) -> Change {
    let Difference {
        facet,
        of,
        before,
        after,
        lowers,
    } = difference.clone();
    Change {
        facet,
        of,
        before,
        after,
        lowers,
        place: None,
        base_place: None,
    }
}

fn settings(base: &View, head: &View) -> Vec<Change> {
    let found = differences(&base.settings, &head.settings);
    found
        .iter()
        .map(|it| {
            let key = (it.facet, it.of.clone());
            let place = |view: &View| view.setting_places.get(&key).cloned();
            Change {
                place: place(head),
                base_place: place(base),
                ..change(it)
            }
        })
        .collect()
}

/// Those that come or go do so with their routes, which are told.
fn backends(base: &View, head: &View) -> Vec<BackendChange> {
    let both = head.backends.iter();
    let both = both.filter_map(|(name, after)| Some((base.backends.get(name)?, after)));
    both.filter_map(|(before, after)| backend(before, after))
        .collect()
}

fn backend(before: &BackendView, after: &BackendView) -> Option<BackendChange> {
    let changes: Vec<Change> = differences(&before.facts, &after.facts)
        .iter()
        .map(|it| Change {
            place: after.place.clone().filter(|_| it.after.is_some()),
            base_place: before.place.clone().filter(|_| it.before.is_some()),
            ..change(it)
        })
        .collect();
    let (old, new) = (&before.servers, &after.servers);
    let missing = |from: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        let missing = from.keys().filter(|server| !other.contains_key(*server));
        missing.cloned().collect::<Vec<_>>()
    };
    let restated = new.iter().filter_map(|(server, now)| {
        let was = old.get(server)?;
        (was != now).then(|| (server.clone(), was.clone(), now.clone()))
    });
    let found = BackendChange {
        backend: after.shown.clone(),
        changes,
        added: missing(new, old),
        removed: missing(old, new),
        changed: restated.collect(),
        servers_before: old.len(),
        servers_after: new.len(),
        place: after.place.clone(),
    };
    let differs = !(found.changes.is_empty()
        && found.added.is_empty()
        && found.removed.is_empty()
        && found.changed.is_empty());
    differs.then_some(found)
}

/// What certificates of several names have in common: the Secrets, what is renewed, the places.
type CertificateKey = (
    Option<String>,
    Option<String>,
    Option<Renewal>,
    bool,
    Option<Place>,
    Option<Place>,
);

fn certificates(base: &View, head: &View) -> Vec<CertificateChange> {
    let names: BTreeSet<&String> = base
        .certificates
        .keys()
        .chain(head.certificates.keys())
        .collect();
    let served = served_names(head);
    let mut groups: BTreeMap<CertificateKey, Vec<String>> = BTreeMap::new();
    for name in names {
        let (before, after) = (base.certificates.get(name), head.certificates.get(name));
        let renewal = match (before, after) {
            (Some(before), Some(after)) if before.secret == after.secret => {
                let Some(renewal) = renewal(before, after) else {
                    continue;
                };
                Some(renewal)
            }
            _ => None,
        };
        let secret = |view: Option<&CertificateView>| view.map(|view| view.secret.clone());
        let place = |view: Option<&CertificateView>| view.and_then(|view| view.place.clone());
        let key = (
            secret(before),
            secret(after),
            renewal,
            after.is_none() && served.contains(name.as_str()) && !is_covered(name, head),
            place(after),
            place(before),
        );
        let name = match name.as_str() {
            "" => "(default)".to_owned(),
            name => name.to_owned(),
        };
        groups.entry(key).or_default().push(name);
    }
    let change = |(key, names)| {
        let (before, after, renewal, lowers, place, base_place) = key;
        CertificateChange {
            names,
            before,
            after,
            renewal,
            lowers,
            place,
            base_place,
        }
    };
    let mut found: Vec<CertificateChange> = groups.into_iter().map(change).collect();
    found.sort_by(|one, other| one.names.cmp(&other.names));
    found
}

/// The names that a certificate may have and that requests ask for: the hosts of routes, the wildcards above them, and the default.
fn served_names(view: &View) -> BTreeSet<Cow<'_, str>> {
    let hosts = view.routes.keys().filter_map(|key| match key {
        RouteKey::Path { host, .. } => Some(host.as_str()),
        _ => None,
    });
    let names = hosts.flat_map(|host| [Some(Cow::Borrowed(host)), above(host).map(Cow::Owned)]);
    names.flatten().chain([Cow::Borrowed("")]).collect()
}

/// Whether the wildcard above a name has a certificate, which then answers for it.
fn is_covered(name: &str, view: &View) -> bool {
    above(name).is_some_and(|wildcard| view.certificates.contains_key(&wildcard))
}

/// `*.example.com` for `shop.example.com`; none for a wildcard.
fn above(host: &str) -> Option<String> {
    match host.split_once('.') {
        None | Some(("*", _)) => None,
        Some((_, rest)) => Some(format!("*.{rest}")),
    }
}

fn renewal(before: &CertificateView, after: &CertificateView) -> Option<Renewal> {
    if before.key != after.key {
        Some(Renewal::NewKey)
    } else if before.leaf != after.leaf {
        Some(Renewal::SameKey)
    } else if before.chain != after.chain {
        Some(Renewal::Chain)
    } else {
        None
    }
}

/// The guards that requests met before and do not meet now, where a server answers both times.
pub(super) fn lost_guards(before: &RouteView, after: &RouteView) -> Vec<String> {
    let serves = |route: &RouteView| matches!(route.answer, Answer::Service { .. });
    if !serves(before) || !serves(after) || Arc::ptr_eq(&before.facts, &after.facts) {
        return Vec::new();
    }
    let found = differences(&before.facts, &after.facts);
    let lost = found.iter().filter(|it| it.lowers);
    lost.map(|it| change(it).words()).collect()
}
