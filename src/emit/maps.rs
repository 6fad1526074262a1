//! The routing tables: which host has which id, which path below an id goes to which section.
//!
//! In: hosts and rules. Out: map files, one entry a line, sorted. A map file knows no quoting, so what it cannot hold is
//! refused. Manual: section 2.7 of the management guide and `map_beg`, `map_str` in the configuration manual.

use std::borrow::Cow;
use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::EmitError;
use super::sni::{self, Names};
use crate::ir::{Alternative, HostId, PathMatch, PathPattern, PathRule, Routing, Target};
use crate::source::Origin;

/// HAProxy cuts longer lines into several entries without a word (`tune.bufsize` is 16,384).
const MAX_LINE: usize = 16_000;

/// The section that answers 503 for routes that cannot be honoured.
pub(super) const CLOSED: &str = "closed";
/// The section that answers 404 when no rule and no default backend does.
pub(super) const NOT_FOUND: &str = "not_found";
/// The section that answers 421 for hosts whose TLS is handed through.
pub(super) const MISDIRECTED: &str = "misdirected";
/// The section that TLS goes to which is answered here.
pub(super) const TLS_LOCAL: &str = "tls_local";
/// The section that TLS goes to which nobody may answer.
pub(super) const TLS_REFUSED: &str = "tls_refused";
/// The section that connections go to which nobody may have.
pub(super) const TCP_REFUSED: &str = "tcp_refused";
/// The section that counts the connections of all TCP services.
pub(super) const TCP_CONNECTIONS: &str = "tcp_connections";

/// The tables.
#[derive(Debug, Default)]
pub(super) struct Maps<'r> {
    /// Exact host to id (`map_str`).
    pub(super) host: Map,
    /// What follows `*.` to id (`map_str`).
    pub(super) wild: Map,
    /// Id and path to section, or to the id of a guard (`map_beg`: the longest key wins).
    pub(super) path: Map,
    /// Rules with alternatives, in the order in which they are to be asked.
    pub(super) guards: Vec<Guard<'r>>,
    /// Exact name in the TLS handshake to section (`map_str`).
    pub(super) sni: Map,
    /// What follows `*.` to section (`map_str`).
    pub(super) wild_sni: Map,
    /// The names that listeners of TCP services tell connections apart by, by listener.
    pub(super) names: BTreeMap<&'r str, Names>,
}

impl Maps<'_> {
    /// The sections that the tables and guards lead to.
    pub(super) fn targets(&self) -> impl Iterator<Item = &str> {
        let ids = |value: &&str| !value.starts_with(GUARD);
        let alternatives = self.guards.iter().flat_map(|guard| guard.alternatives);
        let named = alternatives.filter_map(|alternative| match &alternative.claim.target {
            Target::Backend(name) => Some(name.as_str()),
            _ => None,
        });
        let otherwise = self
            .guards
            .iter()
            .filter_map(|guard| guard.otherwise.as_deref());
        self.path
            .values()
            .chain(otherwise)
            .filter(ids)
            .chain(named)
            .chain(self.sni.values())
            .chain(self.wild_sni.values())
            .chain(self.names.values().flat_map(Names::targets))
    }
}

/// What the ids of guards begin with. No section is called so: backends have underscores in their names.
const GUARD: &str = "alt.";

/// A rule with alternatives. The path map exchanges its key for an id, and rules of the frontend that for a section.
#[derive(Debug)]
pub(super) struct Guard<'r> {
    /// Derived from the key, so that it stays while others come and go.
    pub(super) id: String,
    /// Host and path, for people.
    pub(super) place: String,
    /// What is asked first.
    pub(super) alternatives: &'r [Alternative],
    /// The section, or the id of the guard, for all others; `None`: as if no rule matched.
    pub(super) otherwise: Option<String>,
}

/// Sorts the rules into tables.
pub(super) fn maps(routing: &Routing) -> Result<Maps<'_>, EmitError> {
    let mut maps = Maps::default();
    maps.rules(&HostId::any(), "*", &routing.any_host)?;
    for host in &routing.hosts {
        let names = if host.pattern.is_wildcard() {
            &mut maps.wild
        } else {
            &mut maps.host
        };
        // The manifests name a host at each of its rules; one of them has to do.
        let origin = host.rules.first().map(|rule| rule.claim.origin);
        names.add(host.pattern.name().to_owned(), host.id.as_str(), origin)?;
        maps.rules(&host.id, &host.pattern.to_string(), &host.rules)?;
    }
    maps.handshakes(routing)?;
    maps.names = sni::all(routing)?;
    Ok(maps)
}

impl<'r> Maps<'r> {
    fn rules(&mut self, id: &HostId, host: &str, rules: &'r [PathRule]) -> Result<(), EmitError> {
        let mut guarded = Vec::new();
        for rule in rules {
            let (key, claim) = (key(id, &rule.path), &rule.claim);
            if rule.alternatives.is_empty() {
                let target = section(&claim.target);
                self.path.add(key, &target, Some(claim.origin))?;
            } else {
                self.path
                    .add(key.clone(), &guard_id(&key), Some(claim.origin))?;
                guarded.push((key, rule));
            }
        }
        // A guard may lead to the guard of a shorter path, which has to be asked later.
        guarded.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
        for (key, rule) in guarded {
            let otherwise = match &rule.claim.target {
                Target::Next => self.path.shorter(&key).map(str::to_owned),
                target => Some(section(target).into_owned()),
            };
            self.guards.push(Guard {
                id: guard_id(&key),
                place: format!("{host}{}", rule.path),
                alternatives: &rule.alternatives,
                otherwise,
            });
        }
        Ok(())
    }

    /// The tables of names in TLS handshakes. A name below a wildcard that is known here is not the wildcard's.
    fn handshakes(&mut self, routing: &Routing) -> Result<(), EmitError> {
        if routing.passthrough.is_empty() {
            return Ok(());
        }
        for (pattern, claim) in &routing.passthrough {
            let target = match &claim.target {
                Target::Backend(name) => name.as_str(),
                _ => TLS_REFUSED,
            };
            let names = if pattern.is_wildcard() {
                &mut self.wild_sni
            } else {
                &mut self.sni
            };
            names.add(pattern.name().to_owned(), target, Some(claim.origin))?;
        }
        let local = if routing.certificates.offers_any() {
            TLS_LOCAL
        } else {
            TLS_REFUSED
        };
        let hosts = routing.hosts.iter().map(|host| &host.pattern);
        let files = routing.certificates.files.values();
        let certified = files.flat_map(|file| file.names.iter().map(|name| &name.value));
        for name in hosts.chain(certified).filter(|name| !name.is_wildcard()) {
            let covered = |(_, rest): (&str, &str)| self.wild_sni.0.contains_key(rest);
            if name.name().split_once('.').is_some_and(covered) {
                // The first one holds: those that are handed through are there already.
                self.sni.add(name.name().to_owned(), local, None)?;
            }
        }
        Ok(())
    }
}

fn guard_id(key: &str) -> String {
    let digest = Sha256::digest(key);
    let digits = digest[..8].iter().map(|byte| format!("{byte:02x}"));
    digits.fold(GUARD.to_owned(), |id, digits| id + &digits)
}

/// The section that `target` stands for.
pub(super) fn section(target: &Target) -> Cow<'_, str> {
    match target {
        Target::Backend(name) => Cow::Borrowed(name.as_str()),
        Target::Closed => Cow::Borrowed(CLOSED),
        Target::Next => Cow::Borrowed(NOT_FOUND),
        Target::Misdirected(None) => Cow::Borrowed(MISDIRECTED),
        Target::Misdirected(Some(policy)) => Cow::Owned(format!("{MISDIRECTED}.{policy}")),
    }
}

/// What a path is looked up by. The request asks for `ID` + path + `/?`, so a key that ends in `/` matches whole elements
/// and one that ends in `/?` the whole path: no path holds a `?`. The id is ours, and what follows begins with `/`.
pub(crate) fn key(id: &HostId, path: &PathPattern) -> String {
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
    pub(super) fn add(
        &mut self,
        key: String,
        value: &str,
        origin: Option<Origin>,
    ) -> Result<(), EmitError> {
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

    /// What the longest other key gives with which `key` begins: the answer if `key` were not there.
    fn shorter(&self, key: &str) -> Option<&str> {
        let mut ends = (1..key.len()).rev();
        let entry = ends.find_map(|end| self.0.get(key.get(..end)?))?;
        Some(&entry.value)
    }

    /// Whether there is an entry for `key`.
    pub(super) fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
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
    use crate::ir::HostPattern;

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
    fn a_key_that_is_not_there_leaves_its_requests_to_the_next_shorter_one() {
        let mut map = Map::default();
        for (key, value) in [
            ("h1/", "root"),
            ("h1/a/", "a"),
            ("h1/ab", "ab"),
            ("h10/", "no"),
        ] {
            map.add(key.to_owned(), value, None).expect("legal");
        }
        for (key, expected) in [
            ("h1/a/b/", Some("a")),
            ("h1/a/", Some("root")),
            ("h1/abc/?", Some("ab")),
            ("h1/", None),
            ("h10/", None),
        ] {
            assert_eq!(map.shorter(key), expected, "{key}");
        }
    }

    #[test]
    fn names_below_a_wildcard_that_are_answered_here_are_no_wildcards() {
        let mut routing = crate::emit::example::shop();
        let pattern = |text| HostPattern::new(text).expect("legal");
        let known = routing.hosts.iter().map(|host| host.pattern.clone());
        let exact: Vec<_> = known.filter(|host| !host.is_wildcard()).collect();
        let claim = routing.hosts[0].rules[0].claim.clone();
        let (_, parent) = exact[0].name().split_once('.').expect("two labels");
        let wildcard = pattern(&format!("*.{parent}"));
        routing.passthrough.insert(wildcard, claim);
        let maps = maps(&routing).expect("legal");
        assert!(maps.wild_sni.0.contains_key(parent));
        let here = &maps.sni.0[exact[0].name()].value;
        assert!([TLS_LOCAL, TLS_REFUSED].contains(&here.as_str()), "{here}");
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
