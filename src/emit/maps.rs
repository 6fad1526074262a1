//! The routing tables: which host has which id, which path below an id goes to which section.
//!
//! In: hosts and rules. Out: map files, one entry a line, sorted. A map file knows no quoting, so what it cannot hold is
//! refused. Manual: section 2.7 of the management guide and `map_beg`, `map_str` in the configuration manual.

use std::collections::BTreeMap;

use super::EmitError;
use crate::ir::{HostId, PathMatch, PathPattern, Routing, Target};
use crate::source::Origin;

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
        let claim = &rule.claim;
        let target = section(&claim.target);
        maps.path
            .add(key(&any, &rule.path), target, Some(claim.origin))?;
    }
    for host in &routing.hosts {
        let names = if host.pattern.is_wildcard() {
            &mut maps.wild
        } else {
            &mut maps.host
        };
        // The manifests name a host at each of its rules; one of them has to do.
        let origin = host.rules.first().map(|rule| rule.claim.origin);
        names.add(host.pattern.name().to_owned(), host.id.as_str(), origin)?;
        for rule in &host.rules {
            let claim = &rule.claim;
            let target = section(&claim.target);
            maps.path
                .add(key(&host.id, &rule.path), target, Some(claim.origin))?;
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
pub(super) struct Map(BTreeMap<String, Entry>);

/// What a key is exchanged for, and what caused it.
#[derive(Debug)]
struct Entry {
    value: String,
    origin: Option<Origin>,
}

impl Map {
    /// Adds an entry, unless the key is there: `Prefix /` and a textual `/` are the same, and the first one holds.
    fn add(&mut self, key: String, value: &str, origin: Option<Origin>) -> Result<(), EmitError> {
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
        self.0.entry(key).or_insert_with(|| Entry {
            value: value.to_owned(),
            origin,
        });
        Ok(())
    }

    /// Whether there is nothing to look up.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values, in the order of the keys.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|entry| entry.value.as_str())
    }

    /// The file: sorted by the bytes of the key.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = String::with_capacity(self.0.len() * 48);
        for (key, Entry { value, .. }) in &self.0 {
            out.extend([key, " ", value, "\n"]);
        }
        out.into_bytes()
    }

    /// Line numbers from 1, and what caused them.
    pub(super) fn origins(&self) -> Vec<(u32, Origin)> {
        (1..)
            .zip(self.0.values())
            .filter_map(|(line, entry)| Some((line, entry.origin?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::example::origin;

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
                Map::default().add(key.to_owned(), value, None).is_err(),
                "{key} {value}"
            );
        }
    }

    #[test]
    fn entries_are_sorted_and_the_first_of_two_holds() {
        let mut map = Map::default();
        for (key, value, line) in [("b", "x", 1), ("a", "y", 2), ("b", "z", 3)] {
            let origin = (line != 2).then(|| origin(line));
            map.add(key.to_owned(), value, origin).expect("legal");
        }
        assert_eq!(map.to_bytes(), b"a y\nb x\n");
        assert_eq!(map.origins(), [(2, origin(1))]);
    }
}
