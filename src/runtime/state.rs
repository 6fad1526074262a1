//! The memory of a running process, compared with what a bundle says.
//!
//! In: a client, and the [`Memory`] that the files stand for. Out: what differs, to be read by people.

mod servers;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::SocketAddr;

use self::servers::{MAINTENANCE, Running, running, unlike};
use super::Unfinished;
use super::client::{Client, SocketError, shortened};
use crate::plan::Memory;

/// One thing that the process holds otherwise than the files say. Displayed in one line; holds foreign text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// `maps/path.map`, `backend shop_web_80`.
    pub place: String,
    /// What differs there.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, what } = self;
        write!(f, "{place}: {what}")
    }
}

/// What the files do not have, and what an earlier run has taken out of service, but could not delete while it had connections.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOver {
    /// A server in maintenance.
    Server {
        /// `BACKEND/SERVER`, as commands name it.
        name: String,
        /// Where it is, if that is told.
        address: Option<SocketAddr>,
    },
    /// A backend.
    Backend(String),
}

impl LeftOver {
    /// As commands name it.
    pub fn name(&self) -> &str {
        match self {
            Self::Server { name, .. } | Self::Backend(name) => name,
        }
    }
}

/// What the files have, and what gets no requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutOfService {
    /// `BACKEND/SERVER`, or a backend.
    pub name: String,
    /// `maintenance`, `drain` or `unpublished`.
    pub state: &'static str,
    /// Whether an earlier run was about to take it into service; otherwise it was somebody else.
    pub is_unfinished: bool,
}

/// How a process is unlike the files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// What it holds otherwise, sorted.
    pub differences: Vec<Difference>,
    /// What it holds as the files say, and does not use.
    pub out_of_service: Vec<OutOfService>,
    /// What an earlier run had to leave.
    pub left_over: Vec<LeftOver>,
    /// Servers, as `BACKEND/SERVER`, that are in maintenance, and that neither the files nor an earlier run know.
    pub left_alone: Vec<String>,
}

/// Asks the process for all that [`Memory`] holds. `unfinished`: what earlier runs have begun.
///
/// # Errors
/// When the socket does not answer, or not as HAProxy does.
pub fn differences(
    client: &Client,
    memory: &Memory,
    unfinished: &Unfinished,
) -> Result<Compared, SocketError> {
    let mut reader = Reader {
        client,
        unfinished,
        found: Compared::default(),
    };
    reader.backends(memory)?;
    reader.servers(memory)?;
    for (path, entries) in &memory.maps {
        let expected = entries.iter().map(|(key, value)| match value.as_str() {
            "" => key.clone(),
            value => format!("{key} {value}"),
        });
        reader.list(&format!("show map {path}"), path, expected.collect())?;
    }
    for (path, entries) in &memory.lists {
        reader.list(&format!("show acl {path}"), path, entries.clone())?;
    }
    for (path, lines) in &memory.crt_lists {
        reader.crt_list(path, lines)?;
    }
    reader.certificates("cert", &memory.certificates, |print| vec![print.clone()])?;
    reader.certificates("ca-file", &memory.authorities, Clone::clone)?;
    let mut found = reader.found;
    found.differences.sort_unstable();
    found.out_of_service.sort_unstable();
    found.left_over.sort_unstable();
    Ok(found)
}

struct Reader<'a> {
    client: &'a Client,
    unfinished: &'a Unfinished,
    found: Compared,
}

impl Reader<'_> {
    fn differs(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.found.differences.push(Difference {
            place: place.into(),
            what: what.into(),
        });
    }

    /// The sections that routes can lead to.
    fn backends(&mut self, memory: &Memory) -> Result<(), SocketError> {
        const SHOW: &str = "show backend";
        let answer = self.client.ask(SHOW)?;
        let mut lines = answer.lines();
        if lines.next() != Some("# name") {
            return Err(strange(SHOW, &answer));
        }
        let runs: BTreeSet<&str> = lines.map(str::trim).collect();
        for name in memory.backends.keys() {
            if !runs.contains(name.as_str()) {
                self.differs(format!("backend {name}"), "the process has none");
            }
        }
        for name in runs {
            if memory.backends.contains_key(name) || memory.uncertain.contains(name) {
                continue;
            }
            if self.unfinished.backends.contains(name) {
                let backend = LeftOver::Backend(name.to_owned());
                self.found.left_over.push(backend);
            } else {
                self.differs(format!("backend {name}"), "the files have none");
            }
        }
        self.unpublished(memory)
    }

    /// Backends that no request is led to, which HAProxy has from 3.4 on.
    fn unpublished(&mut self, memory: &Memory) -> Result<(), SocketError> {
        // All proxies, and of them backends only.
        let answer = self.client.ask("show stat -1 2 -1")?;
        let mut lines = answer.lines();
        let header = lines.next().unwrap_or_default();
        let header: Vec<&str> = header.trim_start_matches(['#', ' ']).split(',').collect();
        let at = |name| header.iter().position(|column| *column == name);
        let (Some(name), Some(status)) = (at("pxname"), at("status")) else {
            return Ok(());
        };
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            let (Some(name), Some(status)) = (cells.get(name), cells.get(status)) else {
                continue;
            };
            if status.contains("UNPUB") && memory.backends.contains_key(*name) {
                self.found.out_of_service.push(OutOfService {
                    name: (*name).to_owned(),
                    state: "unpublished",
                    is_unfinished: self.unfinished.backends.contains(*name),
                });
            }
        }
        Ok(())
    }

    fn servers(&mut self, memory: &Memory) -> Result<(), SocketError> {
        let runs = running(self.client)?;
        for (backend, expected) in &memory.backends {
            let place = format!("backend {backend}");
            let none = BTreeMap::new();
            let known = runs.get(backend).unwrap_or(&none);
            for (name, server) in expected {
                match known.get(name) {
                    None => self.differs(&*place, format!("the process has no server {name}")),
                    Some(runs) => {
                        if let Some(what) = unlike(server, &runs.server) {
                            self.differs(&*place, format!("server {name} {what}"));
                        }
                        if let Some(state) = runs.state {
                            let name = format!("{backend}/{name}");
                            self.found.out_of_service.push(OutOfService {
                                is_unfinished: self.unfinished.servers.contains(&name),
                                name,
                                state,
                            });
                        }
                    }
                }
            }
            for (name, server) in known {
                if !expected.contains_key(name) {
                    self.surplus(backend, name, server);
                }
            }
        }
        // A backend that could not be deleted has servers, too.
        let backends = runs.iter().filter(|(backend, _)| {
            !memory.backends.contains_key(*backend) && self.unfinished.backends.contains(*backend)
        });
        for (backend, servers) in backends {
            for (name, server) in servers {
                self.surplus(backend, name, server);
            }
        }
        Ok(())
    }

    /// A server that the files do not have. Nobody is asked by one in maintenance, and whoever put it there may want it.
    fn surplus(&mut self, backend: &str, name: &str, server: &Running) {
        let path = format!("{backend}/{name}");
        match (
            server.state == Some(MAINTENANCE),
            self.unfinished.servers.contains(&path),
        ) {
            (true, true) => self.found.left_over.push(LeftOver::Server {
                name: path,
                address: server.socket(),
            }),
            (true, false) => self.found.left_alone.push(path),
            (false, _) => self.differs(
                format!("backend {backend}"),
                format!("the files have no server {name}"),
            ),
        }
    }

    /// A map, or a list of addresses: each line of the answer is an entry behind its place in memory.
    fn list(&mut self, show: &str, path: &str, expected: Vec<String>) -> Result<(), SocketError> {
        let answer = self.client.ask(show)?;
        if answer.starts_with("Unknown ") {
            self.differs(path, "the process has not loaded it");
            return Ok(());
        }
        let mut runs = Vec::new();
        for line in answer.lines() {
            let entry = line.split_once(' ').filter(|(at, _)| at.starts_with("0x"));
            let Some((_, entry)) = entry else {
                return Err(strange(show, line));
            };
            runs.push(entry.trim_end().to_owned());
        }
        self.compare(path, expected, runs);
        Ok(())
    }

    fn crt_list(&mut self, path: &str, lines: &[String]) -> Result<(), SocketError> {
        let answer = self.client.ask(&format!("show ssl crt-list -n {path}"))?;
        if !answer.starts_with("# ") {
            self.differs(path, "the process has not loaded it");
            return Ok(());
        }
        let runs = answer.lines().skip(1).filter_map(offer).map(|(_, it)| it);
        self.compare(path, lines.to_vec(), runs.collect());
        Ok(())
    }

    /// Entries without an order: HAProxy puts what it is told to add behind the others.
    fn compare(&mut self, path: &str, expected: Vec<String>, runs: Vec<String>) {
        let mut counts: BTreeMap<String, i64> = BTreeMap::new();
        for entry in expected {
            *counts.entry(entry).or_default() += 1;
        }
        for entry in runs {
            *counts.entry(entry).or_default() -= 1;
        }
        for (entry, count) in counts {
            match count {
                0 => {}
                1.. => self.differs(path, format!("the process has no entry `{entry}`")),
                ..0 => self.differs(path, format!("the files have no entry `{entry}`")),
            }
        }
    }

    /// The certificates below `certs/`, or the authorities there, by their fingerprints.
    fn certificates<T>(
        &mut self,
        kind: &str,
        expected: &BTreeMap<String, T>,
        prints: impl Fn(&T) -> Vec<String>,
    ) -> Result<(), SocketError> {
        let show = format!("show ssl {kind}");
        let names = self.client.ask(&show)?;
        if !names.starts_with("# ") {
            // Built without TLS, it knows no such command.
            if !expected.is_empty() {
                self.differs("certs", "the process knows no certificates");
            }
            return Ok(());
        }
        // Others may be there: HAProxy keeps those of servers that went.
        for name in names.lines().filter_map(|line| line.split(' ').next()) {
            if let Some(name) = name
                .strip_prefix('*')
                .filter(|name| expected.contains_key(*name))
            {
                self.differs(name, "a transaction of somebody's is open");
            }
        }
        for (name, print) in expected {
            let answer = self.client.ask(&format!("{show} {name}"))?;
            let lines = answer.lines().map(str::trim);
            let mut runs: Vec<&str> = lines
                .filter_map(|line| Some(line.strip_prefix("SHA1 FingerPrint:")?.trim()))
                .collect();
            runs.sort_unstable();
            runs.dedup();
            if runs.is_empty() {
                self.differs(name, "the process has not loaded it");
            } else if runs != prints(print) {
                self.differs(name, "the process has another certificate");
            }
        }
        Ok(())
    }
}

/// A line of `show ssl crt-list -n`: the number behind the file's name, and the line as a crt-list has it.
fn offer(line: &str) -> Option<(&str, String)> {
    let mut words = line.split_whitespace();
    let (file, number) = words.next()?.rsplit_once(':')?;
    let line: Vec<&str> = std::iter::once(file).chain(words).collect();
    Some((number, line.join(" ")))
}

fn strange(command: &str, answer: &str) -> SocketError {
    SocketError {
        command: Some(command.to_owned()),
        why: format!("this is no answer of HAProxy's: {}", shortened(answer)),
    }
}

#[cfg(test)]
mod tests;
