//! What a run has begun with servers and backends, kept until it is done: a process that runs does not tell who disabled a server.
//!
//! In and out: a record in the folder of the bundle. It holds names, and nothing secret.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Compared, LeftOver, Process};
use crate::plan::Plan;

/// Servers and backends that come or go, and the process that is told so. Whether one comes or goes is in the files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Unfinished {
    version: u32,
    /// Another process has read the files, and nothing of this holds for it.
    pid: u32,
    /// `BACKEND/SERVER`.
    pub servers: BTreeSet<String>,
    /// Names.
    pub backends: BTreeSet<String>,
}

impl Unfinished {
    /// The name of the record in the folder of a bundle.
    pub const FILE: &'static str = ".apply.json";

    /// Nothing, yet.
    pub fn new(process: &Process) -> Self {
        Self {
            version: 1,
            pid: process.pid,
            ..Self::default()
        }
    }

    /// Reads a record. Nothing is unfinished where it is none, or one of another process.
    pub fn read(json: &[u8], process: &Process) -> Self {
        let record: Option<Self> = serde_json::from_slice(json).ok();
        record
            .filter(|it| it.version == 1 && it.pid == process.pid)
            .unwrap_or_else(|| Self::new(process))
    }

    /// As a file, with a line end.
    pub fn json(&self) -> String {
        // Lists of texts always have a JSON form.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// Whether there is nothing to remember.
    pub fn is_empty(&self) -> bool {
        self.servers.is_empty() && self.backends.is_empty()
    }

    /// Forgets all but what is still to be done.
    pub fn keep(&mut self, found: &Compared) {
        let open = found.out_of_service.iter().filter(|it| it.is_unfinished);
        let open = open.map(|it| &*it.name);
        let open: BTreeSet<&str> = found
            .left_over
            .iter()
            .map(LeftOver::name)
            .chain(open)
            .collect();
        self.servers.retain(|name| open.contains(name.as_str()));
        self.backends.retain(|name| open.contains(name.as_str()));
    }

    /// Adds what a plan lets come and go.
    pub fn extend(&mut self, plan: &Plan) {
        for step in plan.steps() {
            let mut words = step.command.line.split(' ');
            let verb = words.next().unwrap_or_default();
            let (kind, name) = (words.next(), words.next().unwrap_or_default());
            match (verb, kind) {
                ("add" | "del" | "disable", Some("server")) => {
                    self.servers.insert(name.to_owned());
                }
                ("add" | "del" | "unpublish", Some("backend")) => {
                    self.backends.insert(name.to_owned());
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_holds_for_its_process() {
        let process = |pid| Process {
            version: "3.2".to_owned(),
            pid,
        };
        let mut record = Unfinished::new(&process(7));
        assert!(record.is_empty());
        record.servers.insert("b/s".to_owned());
        let json = record.json();
        assert_eq!(Unfinished::read(json.as_bytes(), &process(7)), record);
        for (json, pid) in [(&*json, 8), ("{", 7), ("{\"version\": 2}", 7), ("", 7)] {
            assert!(Unfinished::read(json.as_bytes(), &process(pid)).is_empty());
        }
    }
}
