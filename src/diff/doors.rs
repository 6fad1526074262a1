//! Who could be reached only behind guards, and gets a door without them.

use std::collections::HashMap;
use std::sync::Arc;

use super::facet::Facet;
use super::fact::{Fact, Facts, differences};
use super::view::{Answer, View};

/// What keeps clients away from a Service.
const GUARDS: [Facet; 7] = [
    Facet::Allow,
    Facet::Deny,
    Facet::BasicAuth,
    Facet::AuthUsers,
    Facet::RateLimit,
    Facet::PortClientTls,
    Facet::PortClientTlsRequired,
];

/// For each Service port, what every route to it asks for at least.
#[derive(Debug, Default)]
pub(super) struct Doors(HashMap<String, Facts>);

impl Doors {
    /// Reads all routes of a side, once for each policy of a Service port.
    pub(super) fn of(view: &View) -> Self {
        let mut seen = std::collections::HashSet::new();
        let mut doors: HashMap<String, Facts> = HashMap::new();
        for route in view.routes.values() {
            let Answer::Service { backend, .. } = &route.answer else {
                continue;
            };
            if !seen.insert((backend, Arc::as_ptr(&route.facts))) {
                continue;
            }
            let guards = guards(&route.facts);
            match doors.get_mut(backend) {
                None => _ = doors.insert(backend.clone(), guards),
                Some(known) => common(known, &guards),
            }
        }
        doors.retain(|_, guards| !guards.is_empty());
        Self(doors)
    }

    /// The guards that all routes to a Service port had, and one with these facts has not, or has less of.
    pub(super) fn lacking(&self, answer: &Answer, facts: &Facts) -> Vec<&'static str> {
        let Answer::Service { backend, .. } = answer else {
            return Vec::new();
        };
        let Some(known) = self.0.get(backend) else {
            return Vec::new();
        };
        let found = differences(known, &guards(facts));
        let lost = found.iter().filter(|it| it.lowers);
        lost.map(|it| it.facet.label()).collect()
    }
}

/// What of the facts is a guard. Raw lines are one, whatever they say.
fn guards(facts: &Facts) -> Facts {
    let own = facts.iter();
    let own = own.filter(|((facet, of), _)| GUARDS.contains(facet) && of.is_empty());
    let mut guards: Facts = own.map(|(key, fact)| (key.clone(), fact.clone())).collect();
    let mut lines = facts.values().filter_map(Fact::as_lines).flatten();
    if lines.any(super::sequence::Line::refuses) {
        let key = (Facet::GuardingLine, String::new());
        guards.insert(key, Fact::words(""));
    }
    guards
}

/// Keeps what both have.
fn common(known: &mut Facts, other: &Facts) {
    known.retain(|key, fact| {
        let Some(other) = other.get(key) else {
            return false;
        };
        fact.widen(other)
    });
}
