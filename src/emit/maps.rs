//! The routing tables: which host has which id, which path below an id goes to which section.
//!
//! In: hosts and rules. Out: map files, one entry a line, sorted. A map file knows no quoting, so what it cannot hold is
//! refused. Manual: section 2.7 of the management guide and `map_beg`, `map_str` in the configuration manual.

use std::collections::BTreeMap;

use super::EmitError;
use crate::ir::{HostId, PathMatch, PathPattern, Routing, Target};

/// HAProxy cuts longer lines into several entries without a word (`tune.bufsize` is 16,384).
const MAX_LINE: usize = 16_000;

/// The section that answers 503 for routes that cannot be honoured.
pub(super) const CLOSED: &str = "closed";
/// The section that answers 404 when no rule and no default backend does.
pub(super) const NOT_FOUND: &str = "not_found";

/// The three tables.
#[derive(Debug, Default)]
pub(super) struct Maps {
    /// Exact host to id (`map_str`).
    pub(super) host: Map,
    /// What follows `*.` to id (`map_str`).
    pub(super) wild: Map,
    /// Id and path to section (`map_beg`: the longest key wins).
    pub(super) path: Map,
}

/// Sorts the rules into tables.
pub(super) fn maps(routing: &Routing) -> Result<Maps, EmitError> {
    let mut maps = Maps::default();
    let any = HostId::any();
    for rule in &routing.any_host {
        maps.path
            .add(key(&any, &rule.path), section(&rule.claim.target))?;
    }
    for host in &routing.hosts {
        let names = if host.pattern.is_wildcard() {
            &mut maps.wild
        } else {
            &mut maps.host
        };
        names.add(host.pattern.name().to_owned(), host.id.as_str())?;
        for rule in &host.rules {
            maps.path
                .add(key(&host.id, &rule.path), section(&rule.claim.target))?;
        }
    }
    Ok(maps)
}

/// The section that `target` stands for.
pub(super) fn section(target: &Target) -> &str {
    match target {
        Target::Backend(name) => name.as_str(),
        Target::Closed => CLOSED,
    }
}

/// What a path is looked up by. The request asks for `ID` + path + `/?`, so a key that ends in `/` matches whole elements
/// and one that ends in `/?` the whole path: no path holds a `?`. The id is ours, and what follows begins with `/`.
fn key(id: &HostId, path: &PathPattern) -> String {
    let text = path.text();
    match path.kind() {
        PathMatch::Exact => format!("{id}{text}/?"),
        PathMatch::Prefix => format!("{id}{text}/"),
        PathMatch::Begins if text.is_empty() => format!("{id}/"),
        PathMatch::Begins => format!("{id}{text}"),
    }
}

/// One map file.
#[derive(Debug, Default)]
pub(super) struct Map(BTreeMap<String, String>);

impl Map {
    /// Adds an entry, unless the key is there: `Prefix /` and a textual `/` are the same, and the first one holds.
    fn add(&mut self, key: String, value: &str) -> Result<(), EmitError> {
        let clean = |b: u8| b.is_ascii_graphic();
        let name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'-');
        let legal = !key.is_empty()
            && !key.starts_with('#')
            && key.bytes().all(clean)
            && !value.is_empty()
            && value.bytes().all(name)
            && key.len() + value.len() < MAX_LINE;
        if !legal {
            return Err(EmitError::MapEntry(key));
        }
        self.0.entry(key).or_insert_with(|| value.to_owned());
        Ok(())
    }

    /// Whether there is nothing to look up.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values, in the order of the keys.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// The file: sorted by the bytes of the key.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = String::with_capacity(self.0.len() * 48);
        for (key, value) in &self.0 {
            out.extend([key, " ", value, "\n"]);
        }
        out.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_end_as_their_kind_is_compared() {
        let id = HostId::new("beef").expect("legal");
        for (kind, path, expected) in [
            (PathMatch::Prefix, "/", "hbeef/"),
            (PathMatch::Prefix, "/a/", "hbeef/a/"),
            (PathMatch::Exact, "/", "hbeef//?"),
            (PathMatch::Exact, "/a", "hbeef/a/?"),
            (PathMatch::Exact, "/a/", "hbeef/a//?"),
            (PathMatch::Begins, "/", "hbeef/"),
            (PathMatch::Begins, "/a", "hbeef/a"),
        ] {
            let path = PathPattern::new(kind, path).expect("legal");
            assert_eq!(key(&id, &path), expected);
        }
    }

    #[test]
    fn what_a_map_cannot_hold_is_refused() {
        let long = "k".repeat(MAX_LINE);
        for (key, value) in [
            ("", "v"),
            ("#k", "v"),
            ("a b", "v"),
            ("a\nb", "v"),
            ("k", ""),
            ("k", "v w"),
            ("k", "%[src]"),
            (&long, "v"),
        ] {
            assert!(
                Map::default().add(key.to_owned(), value).is_err(),
                "{key} {value}"
            );
        }
    }

    #[test]
    fn entries_are_sorted_and_the_first_of_two_holds() {
        let mut map = Map::default();
        for (key, value) in [("b", "x"), ("a", "y"), ("b", "z")] {
            map.add(key.to_owned(), value).expect("legal");
        }
        assert_eq!(map.to_bytes(), b"a y\nb x\n");
    }
}
