//! Numbers that servers keep from one bundle to the next.
//!
//! In: an earlier `haproxy.cfg`, and the routing. Out: the same routing, whose servers have the numbers (`id`, manual 5.2) that they
//! had, and stand in their order. HAProxy numbers the servers of a backend by their places. A server that goes away at the front
//! would so renumber all others, and consistent hashing, which places servers by their numbers, would move the clients of all; a
//! HAProxy that was told of the change while it runs would go on with other numbers than one that reads the files.

mod layout;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use self::layout::{Entry, Layout, first_ids};
use super::include::{self, Fragment, Include};
use crate::ir::{Backend, BackendName, PolicySection, Routing, Server, ServerId};

/// The numbers of the servers of an earlier `haproxy.cfg`.
#[derive(Debug, Clone, Default)]
pub struct Numbers<'c> {
    /// By what the backends are for. There are several where policies or clusters tell them apart.
    backends: BTreeMap<&'c str, Vec<Numbered<'c>>>,
}

/// A backend, and its servers by what follows `server` or `server-template` on their lines. Of a template, the number is that of its
/// first server.
#[derive(Debug, Clone)]
struct Numbered<'c> {
    name: &'c str,
    servers: BTreeMap<&'c str, ServerId>,
}

/// How many servers kept their numbers. Those that DNS finds are left out: which of them is which is never known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Servers that an earlier bundle had, too.
    pub known: usize,
    /// Servers that it did not have.
    pub new: usize,
    /// Servers that it had, in backends that are still there or not.
    pub gone: usize,
}

impl Numbers<'_> {
    /// Gives the servers of all backends the numbers that they had, and new ones the lowest that are free; and puts them into that
    /// order. A backend that goes by another name for its policy or its clusters alone is known all the same. Backends that were not
    /// there stay as they are, and so do those in which each number is that of the place.
    pub fn keep(&self, routing: &mut Routing, include: &Include) -> Kept {
        let mut kept = Kept::default();
        let Routing {
            backends, policies, ..
        } = routing;
        for backend in backends.values_mut() {
            let policy = backend.policy.as_ref().and_then(|name| policies.get(name));
            let own = own_servers(backend, policy, include);
            let known = self.of(&backend.name).map(|found| &found.servers);
            let none = BTreeMap::new();
            let known = known.unwrap_or(&none);
            kept = kept.and(number(&mut backend.servers, &own, known));
        }
        let servers = self.backends.values().flatten();
        let names = servers.flat_map(|backend| backend.servers.keys());
        let had = names.filter(|name| is_generated(name)).count();
        kept.gone = had.saturating_sub(kept.known);
        kept
    }

    /// The earlier backend that is most like this one.
    fn of(&self, name: &BackendName) -> Option<&Numbered<'_>> {
        let target = BackendName::target(name.as_str())?;
        let alike = self.backends.get(target)?;
        let exact = alike.iter().find(|it| it.name == name.as_str());
        let own = clusters(name.as_str(), target);
        exact
            .or_else(|| alike.iter().find(|it| clusters(it.name, target) == own))
            .or_else(|| alike.first())
    }
}

/// Whether a server may be called so by us, `ADDRESS-PORT`. Templates, which end in `-`, are not counted.
fn is_generated(name: &str) -> bool {
    let parts = name.rsplit_once('-');
    parts.is_some_and(|(address, port)| !address.is_empty() && port.parse::<u16>().is_ok())
}

/// The end of a backend's name that says whose servers it has; empty where there is but one cluster, or where it has those of all.
fn clusters<'n>(name: &'n str, target: &str) -> &'n str {
    let rest = &name[target.len()..];
    &rest[rest.find('.').unwrap_or(rest.len())..]
}

impl Kept {
    fn and(self, other: Self) -> Self {
        Self {
            known: self.known + other.known,
            new: self.new + other.new,
            gone: self.gone + other.gone,
        }
    }
}

/// The servers that stand before ours, in lines of the operator's and of annotations.
fn own_servers(backend: &Backend, policy: Option<&PolicySection>, include: &Include) -> Vec<Entry> {
    let mut entries = Vec::new();
    let raw = policy.map_or(&[][..], |section| &section.policy.snippet.lines);
    for line in raw {
        entries.extend(read::server(line.words()));
    }
    if include.backends.is_empty() {
        return entries;
    }
    let lists = include::keys(&backend.service).filter_map(|key| include.backends.get(&key));
    for line in lists.flat_map(|list| &list.value).flat_map(Fragment::lines) {
        entries.extend(read::line(&line.value));
    }
    entries
}

/// Numbers the servers of one backend, behind the operator's `own`.
fn number(servers: &mut Vec<Server>, own: &[Entry], known: &BTreeMap<&str, ServerId>) -> Kept {
    let mut kept = Kept::default();
    if known.is_empty() || servers.is_empty() {
        kept.new = servers.iter().filter(|it| it.slots.is_none()).count();
        return kept;
    }
    let mut taken: BTreeSet<u32> = own.iter().filter_map(|entry| entry.id).collect();
    for server in servers.iter_mut().filter(|it| it.slots.is_none()) {
        let id = known.get(server.name.as_str()).copied();
        // A number that the operator's lines have taken meanwhile is lost.
        server.id = id.filter(|id| taken.insert(id.get()));
        kept.known += usize::from(server.id.is_some());
        kept.new += usize::from(server.id.is_none());
    }
    // What DNS fills has several numbers, which a line cannot say: they follow from those of the others.
    let of_template = |server: &Server| known.get(&*format!("{}-", server.name)).copied();
    let mut templates: Vec<Server> = servers.extract_if(.., |it| it.slots.is_some()).collect();
    templates.sort_by_cached_key(|server| of_template(server).map_or(u32::MAX, ServerId::get));
    let mut entries = own.to_vec();
    entries.extend(templates.iter().map(entry));
    let layout = Layout::of(&entries, taken);
    let mut places = layout.first[own.len()..].to_vec();
    let mut free = layout.free();
    for server in servers.iter_mut().filter(|server| server.id.is_none()) {
        server.id = free.next().and_then(ServerId::new);
    }
    let mut numbered: Vec<(u32, Server)> = servers
        .drain(..)
        .map(|server| (server.id.map_or(u32::MAX, ServerId::get), server))
        .chain(places.drain(..).zip(templates))
        .collect();
    numbered.sort_by_key(|(id, _)| *id);
    // Where all numbers are those of the places, lines need not say them.
    let entries = numbered.iter().map(|(_, server)| Entry {
        id: None,
        ..entry(server)
    });
    let entries: Vec<Entry> = own.iter().copied().chain(entries).collect();
    let places = &first_ids(&entries)[own.len()..];
    let is_in_place = places.iter().eq(numbered.iter().map(|(id, _)| id));
    servers.extend(numbered.into_iter().map(|(_, server)| server));
    if is_in_place {
        for server in servers {
            server.id = None;
        }
    }
    kept
}

fn entry(server: &Server) -> Entry {
    Entry {
        id: server.id.map(ServerId::get),
        count: server.slots.map_or(1, |slots| u32::from(slots.get())),
    }
}

#[cfg(test)]
mod tests;
