//! Which files of a bundle HAProxy reads, and as what.
//!
//! In: a configuration and the crt-lists. Out: paths as they are written there, each with its uses.

use std::collections::{BTreeMap, BTreeSet};

use super::config::Config;
use crate::emit::{Bundle, CRT_LIST};

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// A map.
    Map,
    /// A list of addresses.
    Acl,
    /// A crt-list.
    CrtList,
    /// A certificate that a line of a crt-list names.
    Listed,
    /// A certificate that a line of the configuration names.
    Certificate,
    /// An authority.
    Authority,
    /// An error page.
    ErrorPage,
}

/// The uses of files, by path.
#[derive(Debug, Default)]
pub(super) struct Usage(BTreeMap<String, BTreeSet<Use>>);

impl Usage {
    pub(super) fn of(config: &Config, bundle: &Bundle) -> Self {
        let mut usage = Self::default();
        for line in config.sections.iter().flat_map(|section| &section.lines) {
            for pair in line.words.windows(2) {
                if let [keyword, value] = pair
                    && let Some(as_what) = by_keyword(keyword)
                {
                    usage.add(value, as_what);
                }
            }
            if line.keyword() == "errorfile"
                && let Some(path) = line.words.get(2)
            {
                usage.add(path, Use::ErrorPage);
            }
            for word in &line.words {
                for path in maps_in(word) {
                    usage.add(path, Use::Map);
                }
            }
        }
        let lists = usage
            .0
            .iter()
            .filter(|(_, uses)| uses.contains(&Use::CrtList));
        let lists: Vec<String> = lists.map(|(path, _)| path.clone()).collect();
        for list in lists {
            let bytes = bundle.files.get(&list).map(|file| &file.bytes[..]);
            let text = String::from_utf8_lossy(bytes.unwrap_or_default());
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                if let Some(path) = line.split_ascii_whitespace().next() {
                    usage.add(path, Use::Listed);
                }
            }
        }
        usage
    }

    fn add(&mut self, path: &str, as_what: Use) {
        self.0.entry(path.to_owned()).or_default().insert(as_what);
    }

    /// What a file is read as; empty: HAProxy does not read it.
    pub(super) fn uses(&self, path: &str) -> impl Iterator<Item = Use> {
        self.0.get(path).into_iter().flatten().copied()
    }

    pub(super) fn has(&self, path: &str, as_what: Use) -> bool {
        self.uses(path).any(|it| it == as_what)
    }

    pub(super) fn reads(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
}

fn by_keyword(keyword: &str) -> Option<Use> {
    Some(match keyword {
        "-f" => Use::Acl,
        "crt-list" => Use::CrtList,
        "crt" | "default-crt" => Use::Certificate,
        "ca-file" | "ca-verify-file" | "crl-file" => Use::Authority,
        _ => return None,
    })
}

/// How far is looked for the end of a converter's name, and of a path.
const LONGEST: (usize, usize) = (24, 4_096);

/// The files that `map_str(FILE)` and its kin in a word name.
fn maps_in(word: &str) -> impl Iterator<Item = &str> {
    word.match_indices("map").filter_map(|(at, _)| {
        let rest = word.get(at..)?;
        let open = rest.bytes().take(LONGEST.0).position(|b| b == b'(')?;
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
        if !rest.bytes().take(open).all(plain) {
            return None;
        }
        let path = rest.get(open + 1..)?;
        let ends = |b: u8| matches!(b, b',' | b')');
        path.get(..path.bytes().take(LONGEST.1).position(ends)?)
    })
}

/// What kind of file a path stands for when nothing reads it, by the folder that it lies in.
pub(super) fn by_folder(path: &str) -> &'static str {
    match path.split_once('/') {
        None if path == CRT_LIST => "list of certificates",
        Some(("maps", _)) => "map",
        Some(("acl", _)) => "list of addresses",
        Some(("crt-lists", _)) => "list of certificates",
        Some(("certs", _)) => "certificate",
        Some(("errors", _)) => "error page",
        _ => "file",
    }
}
