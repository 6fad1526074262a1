//! What is said of an application: notes and errors for people, an object for programs.

use serde_json::{Value, json};

use super::super::super::journey::count;
use super::super::super::streams::Streams;
use super::super::super::{Exit, Stop};
use super::super::side::Side;
use super::Outcome;
use crate::plan::Memory;
use crate::runtime::{Applied, Client, Difference, LeftOver, Process, SocketError};
use crate::text::visible;
use crate::write::Written;

/// So many differences are told; JSON has all.
const SHOWN: usize = 5;

/// How a process comes to read its files.
const RELOAD: &str =
    "reload HAProxy, as with `systemctl reload haproxy`, or SIGUSR2 to the master of `haproxy -W`";

/// What was done, and how it ended.
pub(super) struct Report {
    socket: String,
    pub(super) process: Process,
    drain: u32,
    /// How many commands were to be sent.
    pub(super) commands: usize,
    pub(super) written: Written,
    pub(super) applied: Applied,
    pub(super) differences: Vec<Difference>,
    pub(super) left_over: Vec<LeftOver>,
    /// Who answers now, if it is somebody else.
    pub(super) reloaded: Option<Process>,
    outcome: Option<Outcome>,
    /// What memory was compared with last: `14 servers, 3 maps`.
    compared: String,
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
            differences: Vec::new(),
            left_over: Vec::new(),
            reloaded: None,
            outcome: None,
            compared: String::new(),
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
        self.compared = parts.join(", ");
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
        let lingering: Vec<&str> = self.left_over.iter().map(|left| &*left.name).collect();
        let differences = self
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
            "lingering": lingering,
            "differences": differences.collect::<Vec<_>>(),
        })
    }

    /// For people, on stderr.
    pub(super) fn tell(
        &self,
        from: &Side,
        outcome: Outcome,
        streams: &mut Streams,
    ) -> Result<Exit, Stop> {
        let dir = visible(&from.name);
        let version = visible(&self.process.version);
        let Process { pid, .. } = self.process;
        streams.note(&format!(
            "  process  HAProxy {version}, number {pid}, at {}",
            visible(&self.socket)
        ));
        if !matches!(outcome, Outcome::ReloadNeeded | Outcome::OtherProcess) {
            streams.note(&format!("  wrote    {dir}: {}", self.files()));
            streams.note(&format!("  sent     {}", self.sent()));
        }
        match outcome {
            Outcome::Applied => {
                streams.note(&format!("  equal    files and memory: {}", self.compared));
                return Ok(outcome.exit());
            }
            Outcome::Lingering => streams.error(&self.lingering()),
            Outcome::ReloadNeeded => streams.error(&format!(
                "nothing sent, nothing written: HAProxy has to reload\n  help: write the files of --to to {dir}, and {RELOAD}"
            )),
            Outcome::OtherProcess => streams.error(&format!(
                "nothing sent, nothing written: what runs is not {dir}\n{}  help: {RELOAD}; then the process is the one of its files",
                self.told()
            )),
            Outcome::Refused => streams.error(&self.refused()),
            Outcome::Unequal => streams.error(&format!(
                "memory is not what the files say, although every command was accepted\n{}{}  help: the files are those of --to: {RELOAD}",
                self.told(),
                self.replaced()
            )),
        }
        Ok(outcome.exit())
    }

    /// An error of the socket after files were written.
    pub(super) fn broken(&self, from: &Side, error: &SocketError) -> Stop {
        Stop::new(
            Exit::Fault,
            format!(
                "error: {}\n  {} accepted before; {} has the files of --to\n  help: {RELOAD}",
                visible(&error.to_string()),
                self.sent(),
                visible(&from.name)
            ),
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
        match parts.is_empty() {
            true => "no file differs".to_owned(),
            false => parts.join(", "),
        }
    }

    /// `7 commands`, `3 of 7 commands`.
    fn sent(&self) -> String {
        let done = self.applied.done.len();
        let commands = count(self.commands, "command");
        match done == self.commands {
            _ if self.commands == 0 => "nothing: memory knows of no difference".to_owned(),
            true => commands,
            false => format!("{done} of {commands}"),
        }
    }

    fn lingering(&self) -> String {
        let (servers, them) = match self.left_over.len() {
            1 => ("1 server keeps its".to_owned(), "it"),
            some => (format!("{some} servers keep their"), "them"),
        };
        let names = self.left_over.iter().take(SHOWN);
        let mut names: Vec<String> = names.map(|left| visible(&left.name).into_owned()).collect();
        let more = self.left_over.len() - names.len();
        if more > 0 {
            names.push(format!("{more} more"));
        }
        format!(
            "{servers} connections after {}: {}\n  no request goes there any more; everything else is done\n  help: apply the same again to delete {them}, with a longer --drain or --shutdown-sessions",
            count(self.drain as usize, "second"),
            names.join(", ")
        )
    }

    fn refused(&self) -> String {
        let Some(refusal) = &self.applied.refusal else {
            return String::new();
        };
        let open = self.commands.saturating_sub(self.applied.done.len() + 1);
        let rest = match open {
            0 => "it was the last one".to_owned(),
            open => format!("{} not sent", count(open, "command")),
        };
        format!(
            "HAProxy refused a command: memory is between the old files and the new ones\n  \
             command  {}\n  refused  {}\n  after    {}, {rest}\n{}  help: the files are those of --to: {RELOAD}",
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
                "  note: number {} was replaced by number {} in the meantime, which has read the files; commands sent since then came twice\n",
                self.process.pid, now.pid
            )
        })
    }

    /// The first differences, one a line.
    fn told(&self) -> String {
        let mut text = String::new();
        for difference in self.differences.iter().take(SHOWN) {
            text.extend(["  differs  ", &*visible(&difference.to_string()), "\n"]);
        }
        match self.differences.len().saturating_sub(SHOWN) {
            0 => {}
            more => text.extend(["  differs  ", &format!("{more} more\n")]),
        }
        text
    }
}
