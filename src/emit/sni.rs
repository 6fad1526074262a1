//! Names in TLS handshakes by which the listeners of TCP services tell connections apart.
//!
//! In: the rules of a listener. Out: maps, where its rules ask for nothing but a name each; a look-up takes as long for a thousand
//! names as for one. Rules that ask for more stand in the frontend, one line each.

use std::collections::BTreeMap;

use super::EmitError;
use super::maps::Map;
use super::view::tcp_section;
use crate::ir::{HostPattern, Routing, TcpCriterion, TcpListener, TcpTest};

/// The names of a listener.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Exact name to section (`map_str`).
    pub(super) exact: Map,
    /// What follows `*.` to section (`map_str`); asked for names that are not in the other.
    pub(super) wild: Map,
}

impl Names {
    /// Those of a listener, if all its rules ask for one name each, and have it.
    ///
    /// The first rule holds: a name that a wildcard before it covers is left to that, and does not become an entry.
    fn of(listener: &TcpListener) -> Result<Option<Self>, EmitError> {
        if listener.rules.is_empty() {
            return Ok(None);
        }
        let mut names = Self::default();
        for rule in &listener.rules {
            let [
                TcpTest {
                    negated: false,
                    what: TcpCriterion::Name(name),
                },
            ] = &rule.tests[..]
            else {
                return Ok(None);
            };
            if names.covers(name) {
                continue;
            }
            let map = if name.is_wildcard() {
                &mut names.wild
            } else {
                &mut names.exact
            };
            let target = tcp_section(&rule.target);
            map.add(name.name().to_owned(), &target, Some(rule.origin))?;
        }
        Ok(Some(names))
    }

    /// Whether an exact name is one of a wildcard's.
    fn covers(&self, name: &HostPattern) -> bool {
        let parent = name.name().split_once('.');
        !name.is_wildcard() && parent.is_some_and(|(_, parent)| self.wild.contains(parent))
    }

    /// The sections that they lead to.
    pub(super) fn targets(&self) -> impl Iterator<Item = &str> {
        self.exact.values().chain(self.wild.values())
    }

    /// Where the map of exact names lies.
    pub(super) fn exact_path(listener: &str) -> String {
        format!("maps/{listener}-sni.map")
    }

    /// Where the map of wildcards lies.
    pub(super) fn wild_path(listener: &str) -> String {
        format!("maps/{listener}-wild-sni.map")
    }

    /// The maps that are not empty, by path.
    pub(super) fn files(&self, listener: &str) -> impl Iterator<Item = (String, &Map)> {
        let both = [
            (Self::exact_path(listener), &self.exact),
            (Self::wild_path(listener), &self.wild),
        ];
        both.into_iter().filter(|(_, map)| !map.is_empty())
    }
}

/// The names of all listeners that are bound, by the name of the listener.
pub(super) fn all(routing: &Routing) -> Result<BTreeMap<&str, Names>, EmitError> {
    let bound = routing.tcp.iter().filter(|one| one.is_bound());
    let named = bound.filter_map(|listener| {
        let names = Names::of(listener).transpose()?;
        Some(names.map(|names| (listener.name.as_str(), names)))
    });
    named.collect()
}
