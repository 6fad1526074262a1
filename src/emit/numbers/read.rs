//! The numbers of servers, read from a `haproxy.cfg`.
//!
//! In: the text. Nothing is trusted: the file may have been edited, and holds lines of the operator's. Out: what its backends look
//! like from outside.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{Entry, first_ids};
use super::{Numbered, Numbers};
use crate::emit::include::section;
use crate::ir::words::words_with_variables;
use crate::ir::{BackendName, ServerId};

/// The servers that a line adds, if it adds any.
pub(super) fn line(text: &str) -> Option<Entry> {
    let begins = text.trim_start_matches([' ', '\t', '"', '\'']);
    // Almost every line adds none.
    if !begins.starts_with("server") {
        return None;
    }
    server(&words_with_variables(text).ok()?)
}

/// The same for the words of a line.
pub(super) fn server(words: &[String]) -> Option<Entry> {
    let count = match words.first()?.as_str() {
        "server" => 1,
        "server-template" => count(words.get(2)?)?,
        _ => return None,
    };
    // No other keyword takes two words of which the first is called `id`, or is followed by a number.
    let mut pairs = words.get(2..)?.windows(2);
    let id = pairs.find_map(|pair| (pair[0] == "id").then(|| pair[1].parse().ok())?);
    let id = id.and_then(ServerId::new).map(ServerId::get);
    Some(Entry { id, count })
}

/// `10`, or `1-10`.
fn count(text: &str) -> Option<u32> {
    match text.split_once('-') {
        None => text.parse().ok(),
        Some((low, high)) => {
            let (low, high): (u32, u32) = (low.parse().ok()?, high.parse().ok()?);
            high.checked_sub(low)?.checked_add(1)
        }
    }
}

impl<'c> Numbers<'c> {
    /// Reads a `haproxy.cfg`. Of backends, or servers of one, that share a name, the first counts; so does the first of two servers
    /// that share a number.
    pub fn read(config: &'c str) -> Self {
        let mut numbers = Self::default();
        let mut current: Option<Open<'c>> = None;
        for text in config.lines() {
            if let Some((kind, name)) = section(text) {
                numbers.add(current.take());
                current = (kind == "backend").then(|| Open::new(name));
            } else if let Some(backend) = &mut current
                && let Some(entry) = line(text)
            {
                // Our names need no quotes; who stands in some is the operator's.
                let name = text.split_ascii_whitespace().nth(1).unwrap_or_default();
                backend.names.push(name);
                backend.entries.push(entry);
            }
        }
        numbers.add(current);
        numbers
    }

    fn add(&mut self, backend: Option<Open<'c>>) {
        let Some(Open {
            name,
            names,
            entries,
        }) = backend
        else {
            return;
        };
        let Some(target) = BackendName::target(name) else {
            return;
        };
        let (mut servers, mut seen) = (BTreeMap::new(), BTreeSet::new());
        for (server, id) in names.into_iter().zip(first_ids(&entries)) {
            if let Some(id) = ServerId::new(id)
                && seen.insert(id)
            {
                servers.entry(server).or_insert(id);
            }
        }
        let alike = self.backends.entry(target).or_default();
        alike.push(Numbered { name, servers });
    }
}

/// A section that is being read.
struct Open<'c> {
    name: &'c str,
    names: Vec<&'c str>,
    entries: Vec<Entry>,
}

impl<'c> Open<'c> {
    fn new(name: &'c str) -> Self {
        Self {
            name,
            names: Vec::new(),
            entries: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_many_servers_it_adds_and_which_number() {
        for (text, expected) in [
            ("    server a 10.0.0.1:80", Some((None, 1))),
            ("    server a 10.0.0.1:80 id 7 weight 2", Some((Some(7), 1))),
            (
                "    server a 10.0.0.1:80 cookie id id 7",
                Some((Some(7), 1)),
            ),
            ("    server id 10.0.0.1:80 weight 7", Some((None, 1))),
            ("    server a 10.0.0.1:80 id 0", Some((None, 1))),
            ("    server a 10.0.0.1:80 id 4294967295", Some((None, 1))),
            ("    server a 10.0.0.1:80 # id 7", Some((None, 1))),
            ("    server a 10.0.0.1:80 \"id\" '7'", Some((Some(7), 1))),
            ("    server-template a- 10 x:80", Some((None, 10))),
            ("    server-template a- 3-12 x:80 id 4", Some((Some(4), 10))),
            ("    server-template a- 12-3 x:80", None),
            ("    server-state-file-name x", None),
            ("    default-server id 7", None),
            ("    # server a 10.0.0.1:80", None),
            ("    server a 'x", None),
            ("    server", None),
        ] {
            let read = line(text).map(|entry| (entry.id, entry.count));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn of_twins_the_first_counts() {
        let numbers = Numbers::read(
            "backend shop_web_80 from d_http\n    server a 1:1\n    server a 1:2 id 9\n    server b 1:3\n    \
             server c 1:4 id 9\nbackend shop_web_80\n    server a 1:1 id 4\nbackend other\n    server a 1:1\n",
        );
        let found = &numbers.backends["shop_web_80"];
        assert_eq!(numbers.backends.len(), 1);
        let ids = found[0].servers.iter().map(|(name, id)| (*name, id.get()));
        assert_eq!(ids.collect::<Vec<_>>(), [("a", 1), ("b", 2)]);
    }
}
