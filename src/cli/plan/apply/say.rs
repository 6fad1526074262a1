//! What is said of an application: notes and errors for people, an object for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::super::Exit;
use super::super::super::journey::count;
use super::super::super::streams::Streams;
use super::super::side::Side;
use super::Outcome;
use crate::plan::Memory;
use crate::runtime::{Applied, Client, Compared, LeftOver, Process};
use crate::text::style::{bad, bold, good};
use crate::text::visible;
use crate::write::Written;

/// So many differences are told; JSON has all.
const SHOWN: usize = 5;

/// How a process comes to read its files.
const RELOAD: &str = "`systemctl reload haproxy`, or SIGUSR2 to its master (`-W`)";

/// What was done, and how it ended.
pub(super) struct Report {
    socket: String,
    pub(super) process: Process,
    drain: u32,
    /// How many commands were to be sent.
    pub(super) commands: usize,
    pub(super) written: Written,
    pub(super) applied: Applied,
    found: Compared,
    /// Who answers now, if it is somebody else.
    pub(super) reloaded: Option<Process>,
    outcome: Option<Outcome>,
    /// What memory was compared with last: `14 servers, 3 maps`.
    counted: String,
}

impl Report {
    pub(super) fn new(client: &Client, process: Process, drain: u32) -> Self {
        Self {
            socket: client.address().to_string(),
            process,
            drain,
            commands: 0,
            written: Written::default(),
            applied: Applied::default(),
            found: Compared::default(),
            reloaded: None,
            outcome: None,
            counted: String::new(),
        }
    }

    /// Remembers how it ended.
    pub(super) fn outcome(&mut self, outcome: Outcome) -> Outcome {
        self.outcome = Some(outcome);
        outcome
    }

    /// Remembers what memory is compared with.
    pub(super) fn count(&mut self, memory: &Memory) {
        let servers = memory
            .backends
            .values()
            .map(std::collections::BTreeMap::len);
        let parts = [
            (memory.backends.len(), "backend"),
            (servers.sum(), "server"),
            (memory.maps.len(), "map"),
            (memory.lists.len(), "address list"),
            (memory.certificates.len(), "certificate"),
        ];
        let parts = parts.into_iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = parts.map(|(number, what)| count(number, what)).collect();
        self.counted = parts.join(", ");
    }

    /// Remembers the last comparison.
    pub(super) fn compared(&mut self, found: Compared) {
        self.found = found;
    }

    /// Whether HAProxy was told all there was to tell, or needs not be told.
    pub(super) fn is_told(&self) -> bool {
        use Outcome as O;
        let told = Some(O::Applied) == self.outcome;
        told || matches!(self.outcome, Some(O::Lingering | O::OutOfService))
    }

    /// What came of it, in one line on stdout.
    pub(super) fn title(&self) -> String {
        let outcome = self.outcome.map_or("", Outcome::name);
        let is_good = self.outcome == Some(Outcome::Applied);
        let outcome = if is_good { good(outcome) } else { bad(outcome) };
        let version = visible(&self.process.version);
        let what = match self.outcome {
            Some(Outcome::ReloadNeeded) => {
                format!("HAProxy {version} has to reload, and was told nothing")
            }
            Some(Outcome::OtherProcess) => {
                format!("HAProxy {version} does not hold what the files say, and was told nothing")
            }
            _ if self.commands == 0 => format!("HAProxy {version} had to be told nothing"),
            _ => format!("HAProxy {version} was told {}", self.sent()),
        };
        format!("{}: {what}", bold(outcome))
    }

    /// For programs. No key is in it.
    pub(super) fn json(&self) -> Value {
        let Written {
            added,
            changed,
            removed,
            unchanged: _,
        } = &self.written;
        let refusal = self.applied.refusal.as_ref();
        let lingering: Vec<&str> = self.found.left_over.iter().map(LeftOver::name).collect();
        let out = self.found.out_of_service.iter();
        let out = out.map(|it| json!({"name": it.name, "state": it.state}));
        let differences = self
            .found
            .differences
            .iter()
            .map(|difference| json!({"place": difference.place, "what": difference.what}));
        json!({
            "outcome": self.outcome.map(Outcome::name),
            "socket": self.socket,
            "process": {"version": self.process.version, "pid": self.process.pid},
            "reloaded": self.reloaded.is_some(),
            "files": {"added": added, "changed": changed, "removed": removed},
            "commands": {"sent": self.applied.done.len(), "of": self.commands},
            "refused": refusal.map(|it| json!({"command": it.command, "why": it.why})),
            "done": self.applied.done,
            "failed": self.applied.failure.as_ref().map(ToString::to_string),
            "lingering": lingering,
            "out_of_service": out.collect::<Vec<_>>(),
            "left_alone": self.found.left_alone,
            "differences": differences.collect::<Vec<_>>(),
        })
    }

    /// For people, on stderr.
    pub(super) fn tell(&self, from: &Side, outcome: Outcome, streams: &mut Streams) -> Exit {
        let dir = visible(&from.name);
        let version = visible(&self.process.version);
        let Process { pid, .. } = self.process;
        streams.note(&format!(
            "  process  HAProxy {version}, pid {pid}, at {}",
            visible(&self.socket)
        ));
        if !matches!(
            outcome,
            Outcome::ReloadNeeded | Outcome::OtherProcess | Outcome::NotWritten
        ) {
            streams.note(&format!("  wrote    {dir}: {}", self.files()));
            streams.note(&format!("  sent     {}", self.sent()));
            let deleted = self.applied.done.iter();
            let deleted: Vec<&str> = deleted
                .filter_map(|line| line.strip_prefix("del "))
                .collect();
            let deleted = deleted
                .into_iter()
                .filter(|what| what.starts_with("server ") || what.starts_with("backend "));
            for what in deleted {
                streams.note(&format!("  deleted  {}", visible(what)));
            }
        }
        for server in &self.found.left_alone {
            streams.note(&format!(
                "  left     server {} alone: it is in maintenance, and the files have none",
                visible(server)
            ));
        }
        match outcome {
            Outcome::Applied => {
                if self.reloaded.is_some() {
                    streams.note(self.replaced().trim_end());
                }
                streams.note(&format!("  equal    files and memory: {}", self.counted));
                streams.note("  unasked  rules, timeouts, ports: no running HAProxy tells them");
            }
            Outcome::OutOfService => streams.error(&self.out_of_service()),
            Outcome::Interrupted => streams.error(&format!(
                "interrupted: {} accepted before, open transactions are aborted\n  help: the files are those of --to, and a reload reads them:\n        {RELOAD}",
                self.sent()
            )),
            Outcome::SocketFailed => streams.error(&self.broken(from)),
            // It was said before.
            Outcome::NotWritten => {}
            Outcome::Lingering => streams.error(&self.lingering()),
            Outcome::ReloadNeeded => streams.error(&format!(
                "nothing sent, nothing written: HAProxy has to reload\n  help: write the files of --to to {dir}, and reload:\n        {RELOAD}"
            )),
            Outcome::OtherProcess => streams.error(&format!(
                "nothing sent, nothing written: what runs is not {dir}\n{}  help: a reload makes it the process of its files:\n        {RELOAD}",
                self.told()
            )),
            Outcome::Refused => streams.error(&self.refused()),
            Outcome::Unequal => streams.error(&format!(
                "memory is not what the files say, although all commands were accepted\n{}{}  help: the files are those of --to, and a reload reads them:\n        {RELOAD}",
                self.told(),
                self.replaced()
            )),
        }
        outcome.exit()
    }

    /// An error of the socket after files were written.
    fn broken(&self, from: &Side) -> String {
        let error = self.applied.failure.as_ref();
        let error = error.map(ToString::to_string).unwrap_or_default();
        format!(
            "error: {}\n  {} accepted before; {} has the files of --to\n  help: a reload reads them:\n        {RELOAD}",
            visible(&error),
            self.sent(),
            visible(&from.name)
        )
    }

    /// What gets no requests though the files have it, and nobody but an operator knows why.
    fn out_of_service(&self) -> String {
        let out = &self.found.out_of_service;
        let mut text = format!(
            "files and memory are equal, but {} that the files have is out of service\n",
            count(out.len(), "server")
        );
        if out.len() > 1 {
            text = text.replacen(" is out", " are out", 1);
        }
        for it in out.iter().take(SHOWN) {
            let _ = writeln!(text, "  out      {}: {}", visible(&it.name), it.state);
        }
        if out.len() > SHOWN {
            let _ = writeln!(text, "  out      {} more", out.len() - SHOWN);
        }
        let first = out.first().map_or("", |it| &*it.name);
        let command = if first.contains('/') {
            "set server"
        } else {
            "publish backend"
        };
        let state = if first.contains('/') {
            " state ready"
        } else {
            ""
        };
        text + &format!(
            "  help: somebody told HAProxy so; this takes the first one in again:\n        {command} {}{state}",
            visible(first)
        )
    }

    /// `1 added, 2 changed`.
    fn files(&self) -> String {
        let parts = [
            (&self.written.added, "added"),
            (&self.written.changed, "changed"),
            (&self.written.removed, "removed"),
        ];
        let parts = parts.into_iter().filter(|(files, _)| !files.is_empty());
        let parts: Vec<String> = parts
            .map(|(files, how)| format!("{} {how}", files.len()))
            .collect();
        if parts.is_empty() {
            return "no file differs".to_owned();
        }
        parts.join(", ")
    }

    /// `7 commands`, `3 of 7 commands`.
    fn sent(&self) -> String {
        let done = self.applied.done.len();
        let commands = count(self.commands, "command");
        if self.commands == 0 {
            return "nothing: memory knows of no difference".to_owned();
        }
        if done == self.commands {
            return commands;
        }
        format!("{done} of {commands}")
    }

    fn lingering(&self) -> String {
        let (servers, them) = match self.found.left_over.len() {
            1 => ("1 server keeps its".to_owned(), "it"),
            some => (format!("{some} servers keep their"), "them"),
        };
        let names = self.found.left_over.iter().take(SHOWN);
        let mut names: Vec<String> = names
            .map(|left| visible(left.name()).into_owned())
            .collect();
        let more = self.found.left_over.len() - names.len();
        if more > 0 {
            names.push(format!("{more} more"));
        }
        format!(
            "{servers} connections after {}: {}\n  no request goes there any more; everything else is done\n  help: apply the same again to delete {them}; --drain 300 waits longer,\n        --shutdown-sessions ends the connections",
            count(self.drain as usize, "second"),
            names.join(", ")
        )
    }

    fn refused(&self) -> String {
        let Some(refusal) = &self.applied.refusal else {
            return String::new();
        };
        let past = self.applied.done.len() + self.applied.lingering.len() + 1;
        let open = self.commands.saturating_sub(past);
        let rest = match open {
            0 => "it was the last one".to_owned(),
            open => format!("{} not sent", count(open, "command")),
        };
        format!(
            "HAProxy refused a command: memory is between old and new\n  \
             command  {}\n  refused  {}\n  after    {}, {rest}\n{}  help: the files are those of --to, and a reload reads them:\n        {RELOAD}",
            visible(&refusal.command),
            visible(&refusal.why),
            count(self.applied.done.len(), "accepted command"),
            self.replaced()
        )
    }

    /// Somebody else reloaded while commands were on their way.
    fn replaced(&self) -> String {
        self.reloaded.as_ref().map_or_else(String::new, |now| {
            format!(
                "  note     process {} gave way to {} meanwhile, which has read the new files\n",
                self.process.pid, now.pid
            )
        })
    }

    /// The first differences, one a line.
    fn told(&self) -> String {
        let mut text = String::new();
        for difference in self.found.differences.iter().take(SHOWN) {
            text.extend(["  differs  ", &*visible(&difference.to_string()), "\n"]);
        }
        match self.found.differences.len().saturating_sub(SHOWN) {
            0 => {}
            more => text.extend(["  differs  ", &format!("{more} more\n")]),
        }
        text
    }
}
