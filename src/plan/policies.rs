//! Policies: the defaults of a backend, whose name is a digest of what they say, so that another policy is another section.
//!
//! In: both configurations. Out: one change for each pair of an old and a new policy, with the lines that differ, and what has been told
//! by it. The users that a policy asks for are told with it, by their names.

use std::collections::{BTreeMap, BTreeSet};

use super::config::{Config, Line, Section};
use super::settings::{Pair, pairs};
use super::{Builder, ChangeKind, ChangedLine};
use crate::ir::HaproxyVersion;

/// Why another policy wants a reload.
const WHY: &str = "a backend takes its policy when HAProxy starts";

/// So many backends with one policy are named.
const NAMED: usize = 4;

/// Keyword and name of a section.
type Key<'a> = (&'a str, &'a str);

/// What has been told.
#[derive(Default)]
pub(super) struct Policies<'a> {
    /// Sections of which nothing is left to tell.
    pub(super) settled: BTreeSet<Key<'a>>,
    /// Backends whose other defaults have been told.
    pub(super) told: BTreeSet<&'a str>,
}

/// The two sides, and their sections.
struct Sides<'a> {
    from: &'a Config,
    to: &'a Config,
    old: BTreeMap<Key<'a>, &'a Section>,
    new: BTreeMap<Key<'a>, &'a Section>,
}

/// A backend with one policy, and the same with another one.
type Moved<'a> = (&'a Section, &'a Section);

impl<'a> Policies<'a> {
    pub(super) fn compare(
        from: &'a Config,
        to: &'a Config,
        target: HaproxyVersion,
        out: &mut Builder,
    ) -> Self {
        let sides = Sides {
            from,
            to,
            old: from.by_name(),
            new: to.by_name(),
        };
        let mut told = Self::default();
        // From 3.4 on, a backend with another name may come without a reload.
        let renamed = if target.has(3, 4) {
            Vec::new()
        } else {
            sides.renamed()
        };
        for (before, after) in renamed {
            let lines = sides.lines(before, after, true);
            let what = format!("policy, and so the name, which was {}", before.name);
            let lines = (None, lines);
            out.reload_of_lines(ChangeKind::SettingChanged, after.title(), what, lines, WHY);
            told.settle(&sides, before, after);
            told.settled.extend([before.key(), after.key()]);
        }
        for backends in sides.moved().into_values() {
            let Some(&(before, after)) = backends.first() else {
                continue;
            };
            let lines = sides.lines(before, after, false);
            if lines.is_empty() {
                continue;
            }
            let (place, what) = named(&backends);
            let lines = (None, lines);
            out.reload_of_lines(ChangeKind::SettingChanged, place, what, lines, WHY);
            told.settle(&sides, before, after);
            told.told
                .extend(backends.iter().map(|(_, after)| after.name.as_str()));
        }
        told
    }

    /// The policies of a backend, and the users that they ask for, as far as they come or go.
    fn settle(&mut self, sides: &Sides<'a>, before: &'a Section, after: &'a Section) {
        let (old, new) = (sides.own(sides.from, before), sides.own(sides.to, after));
        let (gone, come) = (&sides.old, &sides.new);
        let users = |lines: &[&'a Line]| -> Vec<Key<'a>> {
            let lists = lines.iter().filter_map(|line| userlist(line));
            lists.map(|name| ("userlist", name)).collect()
        };
        let defaults = |section: &'a Section| section.from().map(|name| ("defaults", name));
        let lines = |sections: &[&'a Section]| -> Vec<&'a Line> {
            sections.iter().flat_map(|section| &section.lines).collect()
        };
        let old = users(&lines(&old)).into_iter().chain(defaults(before));
        self.settled
            .extend(old.filter(|key| !come.contains_key(key)));
        let new = users(&lines(&new)).into_iter().chain(defaults(after));
        self.settled
            .extend(new.filter(|key| !gone.contains_key(key)));
    }
}

impl<'a> Sides<'a> {
    /// Backends that stay and have another policy, by both policies.
    fn moved(&self) -> BTreeMap<(&'a str, &'a str), Vec<Moved<'a>>> {
        let mut moved: BTreeMap<_, Vec<Moved<'a>>> = BTreeMap::new();
        for (key, after) in self.new.iter().filter(|(key, _)| key.0 == "backend") {
            if let Some(before) = self.old.get(key)
                && let (Some(old), Some(new)) = (before.from(), after.from())
                && old != new
                && self.old.contains_key(&("defaults", old))
                && self.new.contains_key(&("defaults", new))
            {
                moved.entry((old, new)).or_default().push((before, after));
            }
        }
        moved
    }

    /// Backends whose name has another digest of a policy at its end. Where one Service port has several policies, nobody knows which
    /// took the place of which.
    fn renamed(&self) -> Vec<Moved<'a>> {
        let only = |ours: &BTreeMap<Key<'a>, &'a Section>, others: &BTreeMap<_, _>| {
            let mut by_port: BTreeMap<String, Vec<&'a Section>> = BTreeMap::new();
            for (key, section) in ours {
                if key.0 == "backend" && !others.contains_key(key) {
                    by_port.entry(port(key.1)).or_default().push(section);
                }
            }
            by_port
        };
        let (gone, come) = (only(&self.old, &self.new), only(&self.new, &self.old));
        let pairs = come.into_iter().filter_map(|(port, new)| {
            let old = gone.get(&port)?;
            match (&old[..], &new[..]) {
                ([old], [new]) => Some((*old, *new)),
                _ => None,
            }
        });
        pairs.collect()
    }

    /// The policies of a backend: its defaults without those that all have.
    fn own(&self, config: &'a Config, backend: &'a Section) -> Vec<&'a Section> {
        let mut chain = config.chain(backend).unwrap_or_default();
        chain.retain(|section| {
            let key = section.key();
            key != backend.key()
                && self.old.get(&key).map(|it| &it.lines) != self.new.get(&key).map(|it| &it.lines)
        });
        chain
    }

    /// What differs. `whole`: in the backends, too.
    fn lines(&self, before: &'a Section, after: &'a Section, whole: bool) -> Vec<ChangedLine> {
        let lines = |config: &'a Config, section: &'a Section| -> Vec<&'a Line> {
            let all = config.chain(section).unwrap_or_default();
            let all = all
                .into_iter()
                .filter(|part| whole || part.key() != section.key());
            all.flat_map(|part| &part.lines).collect()
        };
        let (old, new) = (lines(self.from, before), lines(self.to, after));
        let mut found = Vec::new();
        for (old, new) in pairs(&old, &new) {
            let lists = [old, new].map(|line| line.and_then(userlist));
            if !is_only_digest((old, new)) {
                found.push(self.line((old, new)));
            }
            found.extend(self.users(lists));
        }
        found
    }

    fn line(&self, (old, new): Pair<'a>) -> ChangedLine {
        let of_new = new.and_then(|line| self.to.origin(line));
        ChangedLine {
            before: old.map(told),
            after: new.map(told),
            origin: of_new.or_else(|| old.and_then(|line| self.from.origin(line))),
        }
    }

    /// Users who come, go, or have another password.
    fn users(&self, [before, after]: [Option<&'a str>; 2]) -> Vec<ChangedLine> {
        let of = |sections: &BTreeMap<Key<'a>, &'a Section>, list: Option<&'a str>| {
            let section = list.and_then(|list| sections.get(&("userlist", list)).copied());
            let lines = section.into_iter().flat_map(|section| &section.lines);
            let users = lines.filter(|line| line.keyword() == "user");
            let users = users.filter_map(|line| Some((line.words.get(1)?.as_str(), line)));
            users.collect::<BTreeMap<_, _>>()
        };
        let (old, new) = (of(&self.old, before), of(&self.new, after));
        let names: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
        let pairs = names
            .into_iter()
            .map(|name| (old.get(name).copied(), new.get(name).copied()));
        pairs
            .filter(|(old, new)| old != new)
            .map(|pair| self.line(pair))
            .collect()
    }
}

/// Where a change of a policy is, and what it is about.
fn named(backends: &[Moved<'_>]) -> (String, String) {
    if let [(_, after)] = backends {
        return (after.title(), "policy".to_owned());
    }
    let names = backends.iter().take(NAMED);
    let names: Vec<&str> = names.map(|(_, after)| after.name.as_str()).collect();
    let more = match backends.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let place = backends.first().and_then(|(_, after)| after.from());
    (
        format!("defaults {}", place.unwrap_or_default()),
        format!("policy of {}{more}", names.join(", ")),
    )
}

/// A line as it is told. The name of a list of users is a digest, and its users are told beside it.
fn told(line: &Line) -> String {
    let mut text = line.told();
    if let Some(at) = text.find(" unless { http_auth(") {
        text.truncate(at);
    }
    text
}

/// The list of users that a line asks for.
fn userlist(line: &Line) -> Option<&str> {
    let mut words = line.words.iter();
    let call = words.find_map(|word| word.split_once("http_auth("))?;
    call.1.strip_suffix(')')
}

/// Whether the lines ask for a login alike, and only the users are others.
fn is_only_digest(pair: Pair<'_>) -> bool {
    let (Some(old), Some(new)) = pair else {
        return false;
    };
    let without = |line: &Line| -> Option<Vec<String>> {
        let list = userlist(line)?;
        Some(
            line.words
                .iter()
                .map(|word| word.replace(list, ""))
                .collect(),
        )
    };
    without(old).is_some_and(|old| without(new) == Some(old))
}

/// The name of a backend without the digest of its policy, which stands behind the third underscore; clusters follow it.
fn port(name: &str) -> String {
    let Some((at, _)) = name.match_indices('_').nth(2) else {
        return name.to_owned();
    };
    let (before, rest) = name.split_at(at);
    let clusters = rest.find('.').and_then(|dot| rest.get(dot..));
    format!("{before}{}", clusters.unwrap_or_default())
}
