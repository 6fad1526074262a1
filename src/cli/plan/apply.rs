//! `plan --apply`: a running HAProxy is told what changes, and files and memory are equal afterwards.
//!
//! The files come first, so that a reload at any moment gives the new state. Before that the process is compared with the old
//! files, and afterwards with the new ones; where they differ, nothing helps but a reload, and that is said.

mod process;
mod say;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::process::{privileged, target};
use self::say::Report;
use super::super::args::{Plan as Typed, PlanFormat};
use super::super::compile::refused;
use super::super::journey::{count, fault};
use super::super::streams::Streams;
use super::super::{Exit, Stop};
use super::side::Side;
use super::{human, json, markdown};
use crate::plan::{self, Memory, Plan, Sending, Verdict};
use crate::runtime::{
    self, Address, Client, Compared, Drain, OutOfService, Process, SocketError, Task, Told,
    Unfinished,
};
use crate::text::visible;
use crate::write;

/// How far it came. The names are part of the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Files and memory are those of `--to`.
    Applied,
    /// They are, but for servers that keep connections.
    Lingering,
    /// They are, but for servers that somebody took out of service.
    OutOfService,
    /// Nothing was touched: only a reload brings about what differs.
    ReloadNeeded,
    /// Nothing was touched: what runs is not `--from`.
    OtherProcess,
    /// HAProxy refused a command. The files are those of `--to`.
    Refused,
    /// All commands were accepted, and memory is not what the files say.
    Unequal,
    /// The socket does not answer any more.
    SocketFailed,
    /// Somebody ended the program.
    Interrupted,
    /// The files could not be written.
    NotWritten,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Lingering => "lingering",
            Self::OutOfService => "out_of_service",
            Self::ReloadNeeded => "reload_needed",
            Self::OtherProcess => "other_process",
            Self::Refused => "refused",
            Self::Unequal => "unequal",
            Self::SocketFailed => "socket_failed",
            Self::Interrupted => "interrupted",
            Self::NotWritten => "not_written",
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Applied => Exit::Clean,
            Self::SocketFailed | Self::NotWritten => Exit::Fault,
            _ => Exit::No,
        }
    }
}

/// Keeps others out of the folder of `--from`, if it is one.
#[expect(clippy::disallowed_methods, reason = "a path of the command line")]
pub(super) fn lock(typed: &Typed, streams: &mut Streams) -> Result<Option<write::Lock>, Stop> {
    let Some(name) = typed.from.as_ref() else {
        return Ok(None);
    };
    let dir = Path::new(name);
    if name == "-" || !dir.is_dir() {
        return Ok(None);
    }
    let name = visible(name);
    let waits = || streams.note(&format!("  waits    another run is at work on {name}"));
    let lock = write::Lock::take(dir, waits);
    lock.map(Some)
        .map_err(|error| fault(&format!("locking {name}"), &error))
}

/// Applies, and says what came of it.
pub(super) fn run(
    typed: &Typed,
    socket: &str,
    (from, to): (&Side, &Side),
    lock: Option<&write::Lock>,
    streams: &mut Streams,
) -> Result<Exit, Stop> {
    if typed.format == PlanFormat::Script {
        return Err(Stop::usage(
            "error: `--format script` prints commands for others to send, and `--apply` sends them itself",
        ));
    }
    let Some(lock) = lock.filter(|_| from.is_folder) else {
        return Err(Stop::usage(format!(
            "error: `--apply` needs the folder that HAProxy was started with as `--from`, and {} is none\n  help: name the folder that `ingressc compile -o` wrote",
            visible(&from.name)
        )));
    };
    let client = Client::new(Address::parse(socket));
    let process = client.process().map_err(|error| unanswered(&error))?;
    let target = target(typed, to, &process, streams)?;
    privileged(&client)?;
    let plan = plan::compare(&from.bundle, &to.bundle, target, Sending::Answered);
    streams.timing("plan");
    runtime::heed_signals();
    let record = Path::new(&from.name).join(Unfinished::FILE);
    let mut run = Run {
        from,
        to,
        lock,
        client: &client,
        plan: &plan,
        unfinished: Unfinished::read(&read(&record), &process),
        record,
        report: Report::new(&client, process, typed.drain),
    };
    let done = run.apply(typed, streams);
    let report = run.report;
    streams.timing("apply");
    match typed.format {
        PlanFormat::Json => {
            streams.product(&json::document(&plan, from, to, Some(&report.json())));
        }
        PlanFormat::Markdown => {
            streams.product(&markdown::text(&plan, from, to));
        }
        _ if done.is_ok() => {
            let title = report.title();
            let told = human::applied(
                &title,
                &plan,
                (from, to),
                report.is_told(),
                Streams::width(),
            );
            streams.product(&told);
        }
        _ => {}
    }
    Ok(report.tell(from, done?, streams))
}

struct Run<'a> {
    from: &'a Side,
    to: &'a Side,
    lock: &'a write::Lock,
    client: &'a Client,
    plan: &'a Plan,
    /// What earlier runs have begun, and then this one, too.
    unfinished: Unfinished,
    /// Where that is written down.
    record: PathBuf,
    report: Report,
}

impl Run<'_> {
    /// Everything that touches the process or the files. What was done is in the report, also where this ends with an error.
    fn apply(&mut self, typed: &Typed, streams: &mut Streams) -> Result<Outcome, Stop> {
        self.report.commands = self.plan.steps().count();
        if self.plan.verdict() == Verdict::Reload {
            return Ok(self.report.outcome(Outcome::ReloadNeeded));
        }
        let before = match self.compare(self.from) {
            Ok(before) => before?,
            Err(error) => {
                self.report.outcome(Outcome::SocketFailed);
                return Err(unanswered(&error));
            }
        };
        if !before.differences.is_empty() {
            self.report.compared(before);
            return Ok(self.report.outcome(Outcome::OtherProcess));
        }
        let wanted = memory(self.to)?;
        self.unfinished.extend(self.plan);
        let written = self
            .remember()
            .and_then(|()| self.lock.write(&self.to.bundle));
        self.report.written = match written {
            Ok(written) => written,
            Err(error) => {
                self.report.outcome(Outcome::NotWritten);
                let Stop { exit, message } = refused(&self.from.name, &error);
                let message = format!("{message}\n  nothing was sent: HAProxy is as before");
                return Err(Stop::new(exit, message));
            }
        };
        streams.timing("write");
        let drain = Drain {
            patience: Duration::from_secs(typed.drain.into()),
            shut_down: typed.shutdown_sessions,
        };
        let stays = |name: &str| match name.split_once('/') {
            None => wanted.backends.contains_key(name),
            Some((backend, server)) => wanted
                .backends
                .get(backend)
                .is_some_and(|servers| servers.contains_key(server)),
        };
        let unfinished = before.out_of_service.iter();
        let unfinished = unfinished.filter(|it| it.is_unfinished && stays(&it.name));
        let unfinished: Vec<OutOfService> = unfinished.cloned().collect();
        let task = Task {
            plan: self.plan,
            left_over: &before.left_over,
            unfinished: &unfinished,
            drain,
        };
        let told = &mut |told: Told<'_>| match told {
            Told::Sends(line) => streams.decision(&format!("send     {}", visible(line))),
            Told::Waits(going, patience) => streams.note(&format!(
                "  waits    for the connections of what goes ({going}), {} at most",
                count(
                    usize::try_from(patience.as_secs()).unwrap_or_default(),
                    "second"
                )
            )),
        };
        self.report.applied = runtime::apply(self.client, task, told);
        self.report.commands = self.report.applied.of;
        self.judge()
    }

    /// What is so afterwards.
    fn judge(&mut self) -> Result<Outcome, Stop> {
        let ended = match &self.report.applied {
            it if it.is_interrupted => Some(Outcome::Interrupted),
            it if it.failure.is_some() => Some(Outcome::SocketFailed),
            it if it.refusal.is_some() => Some(Outcome::Refused),
            _ => None,
        };
        self.report.reloaded = reloaded(self.client, &self.report.process);
        // A process that came meanwhile has read the new files, whatever the old one was told.
        if let Some(outcome) = ended
            && self.report.reloaded.is_none()
        {
            return Ok(self.report.outcome(outcome));
        }
        let after = match self.compare(self.to) {
            Ok(after) => after?,
            Err(error) => {
                self.report.applied.failure.get_or_insert(error);
                return Ok(self.report.outcome(Outcome::SocketFailed));
            }
        };
        let outcome = if !after.differences.is_empty() {
            ended.unwrap_or(Outcome::Unequal)
        } else if !after.left_over.is_empty() {
            Outcome::Lingering
        } else if !after.out_of_service.is_empty() {
            Outcome::OutOfService
        } else {
            Outcome::Applied
        };
        if !matches!(outcome, Outcome::Unequal | Outcome::Refused) {
            self.unfinished.keep(&after);
            // The next run reads more than is left in it, which does no harm.
            let _ = self.remember();
        }
        self.report.compared(after);
        Ok(self.report.outcome(outcome))
    }

    /// Writes down what has begun, so that the next run goes on with it, whatever becomes of this one.
    #[expect(clippy::disallowed_methods, reason = "the output directory")]
    fn remember(&self) -> io::Result<()> {
        if !self.unfinished.is_empty() {
            return write::replace(&self.record, &self.unfinished.json());
        }
        match std::fs::remove_file(&self.record) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// How the process differs from the files of a side.
    fn compare(&mut self, side: &Side) -> Result<Result<Compared, Stop>, SocketError> {
        let memory = match memory(side) {
            Ok(memory) => memory,
            Err(stop) => return Ok(Err(stop)),
        };
        self.report.count(&memory);
        runtime::differences(self.client, &memory, &self.unfinished).map(Ok)
    }
}

fn memory(side: &Side) -> Result<Memory, Stop> {
    Memory::of(&side.bundle).map_err(|why| {
        Stop::usage(format!(
            "error: {} cannot be what HAProxy runs: {}",
            visible(&side.name),
            visible(&why)
        ))
    })
}

/// A record that cannot be read is none.
#[expect(clippy::disallowed_methods, reason = "the output directory")]
fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_default()
}

/// Another process than the one that was asked first, if there is one now.
fn reloaded(client: &Client, before: &Process) -> Option<Process> {
    client.process().ok().filter(|now| now.pid != before.pid)
}

/// Nothing was touched yet, or it is said elsewhere.
fn unanswered(error: &SocketError) -> Stop {
    let help = match &error.command {
        None => "is HAProxy running? A relative `stats socket` lies where it was started",
        Some(_) => {
            "name the `stats socket` of the bundle; that of a master (`-S`) answers for itself"
        }
    };
    Stop::new(
        Exit::Fault,
        format!("error: {}\n  help: {help}", visible(&error.to_string())),
    )
}
