//! `plan --apply`: a running HAProxy is told what changes, and files and memory are equal afterwards.
//!
//! The files come first, so that a reload at any moment gives the new state. Before that the process is compared with the old
//! files, and afterwards with the new ones; where they differ, nothing helps but a reload, and that is said.

mod say;

use std::path::Path;
use std::time::Duration;

use self::say::Report;
use super::super::args::{Plan as Typed, PlanFormat};
use super::super::compile::refused;
use super::super::streams::Streams;
use super::super::{Exit, Stop};
use super::side::Side;
use super::{human, json, markdown};
use crate::ir::HaproxyVersion;
use crate::plan::{self, Memory, Plan, Sending, Verdict};
use crate::runtime::{self, Address, Client, Difference, Drain, LeftOver, Process, SocketError};
use crate::text::visible;
use crate::write;

/// How far it came. The names are part of the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Files and memory are those of `--to`.
    Applied,
    /// They are, but for servers that keep connections.
    Lingering,
    /// Nothing was touched: only a reload brings about what differs.
    ReloadNeeded,
    /// Nothing was touched: what runs is not `--from`.
    OtherProcess,
    /// HAProxy refused a command. The files are those of `--to`.
    Refused,
    /// All commands were accepted, and memory is not what the files say.
    Unequal,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Lingering => "lingering",
            Self::ReloadNeeded => "reload_needed",
            Self::OtherProcess => "other_process",
            Self::Refused => "refused",
            Self::Unequal => "unequal",
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Applied => Exit::Clean,
            _ => Exit::No,
        }
    }
}

/// Applies, and says what came of it.
pub(super) fn run(
    typed: &Typed,
    socket: &str,
    from: &Side,
    to: &Side,
    streams: &mut Streams,
) -> Result<Exit, Stop> {
    if typed.format == PlanFormat::Script {
        return Err(Stop::usage(
            "error: `--format script` prints commands for others to send, and `--apply` sends them itself",
        ));
    }
    if !from.is_folder {
        return Err(Stop::usage(format!(
            "error: `--apply` needs the folder that HAProxy was started with as `--from`, and {} is none\n  help: name the folder that `ingressc compile -o` wrote",
            visible(&from.name)
        )));
    }
    let client = Client::new(Address::parse(socket));
    let process = client.process().map_err(|error| unanswered(&error))?;
    let target = target(typed, to, &process)?;
    privileged(&client)?;
    let plan = plan::compare(&from.bundle, &to.bundle, target, Sending::Answered);
    streams.timing("plan");
    let mut report = Report::new(&client, process, typed.drain);
    if typed.format == PlanFormat::Human {
        streams.product(&human::text(&plan, from, to, Streams::width()));
    }
    if typed.format == PlanFormat::Markdown {
        streams.product(&markdown::text(&plan, from, to));
    }
    let sides = Sides { from, to };
    let done = sides.apply(typed, &client, &plan, &mut report, streams);
    streams.timing("apply");
    if typed.format == PlanFormat::Json {
        streams.product(&json::document(&plan, from, to, Some(&report.json())));
    }
    Ok(report.tell(from, done?, streams))
}

struct Sides<'a> {
    from: &'a Side,
    to: &'a Side,
}

impl Sides<'_> {
    /// Everything that touches the process or the files. What was done is in the report, also where this ends with an error.
    fn apply(
        &self,
        typed: &Typed,
        client: &Client,
        plan: &Plan,
        report: &mut Report,
        streams: &mut Streams,
    ) -> Result<Outcome, Stop> {
        let Self { from, to } = self;
        report.commands = plan.steps().count();
        if plan.verdict() == Verdict::Reload {
            return Ok(report.outcome(Outcome::ReloadNeeded));
        }
        let (differences, left_over) = compare(client, from, report)?;
        if !differences.is_empty() {
            report.differences = differences;
            return Ok(report.outcome(Outcome::OtherProcess));
        }
        let dir = Path::new(&from.name);
        report.written =
            write::write(dir, &to.bundle).map_err(|error| refused(&from.name, &error))?;
        streams.timing("write");
        let drain = Drain {
            patience: Duration::from_secs(typed.drain.into()),
            shut_down: typed.shutdown_sessions,
        };
        let told = &mut |line: &str| streams.decision(&format!("send     {}", visible(line)));
        report.applied = runtime::apply(client, plan, &left_over, drain, told);
        report.commands += left_over.len();
        if let Some(error) = &report.applied.failure {
            return Err(report.broken(from, error));
        }
        if report.applied.refusal.is_some() {
            report.reloaded = reloaded(client, &report.process);
            return Ok(report.outcome(Outcome::Refused));
        }
        let (differences, left_over) = compare(client, to, report)?;
        report.reloaded = reloaded(client, &report.process);
        let outcome = match (differences.is_empty(), left_over.is_empty()) {
            (true, true) => Outcome::Applied,
            (true, false) => Outcome::Lingering,
            (false, _) => Outcome::Unequal,
        };
        report.differences = differences;
        report.left_over = left_over;
        Ok(report.outcome(outcome))
    }
}

/// How the process differs from the files of a side.
fn compare(
    client: &Client,
    side: &Side,
    report: &mut Report,
) -> Result<(Vec<Difference>, Vec<LeftOver>), Stop> {
    let memory = Memory::of(&side.bundle).map_err(|why| {
        Stop::usage(format!(
            "error: {} cannot be what HAProxy runs: {}",
            visible(&side.name),
            visible(&why)
        ))
    })?;
    report.count(&memory);
    runtime::differences(client, &memory).map_err(|error| unanswered(&error))
}

/// Another process than the one that was asked first, if there is one now.
fn reloaded(client: &Client, before: &Process) -> Option<Process> {
    client.process().ok().filter(|now| now.pid != before.pid)
}

/// The version to plan for: the one that runs, unless an older one is asked for.
fn target(typed: &Typed, to: &Side, process: &Process) -> Result<HaproxyVersion, Stop> {
    let runs = running(process).ok_or_else(|| {
        Stop::new(
            Exit::No,
            format!(
                "error: HAProxy {} runs, and {} is the oldest that can be told\n  help: reload it with the new files",
                visible(&process.version),
                HaproxyVersion::OLDEST
            ),
        )
    })?;
    if to.target > runs {
        return Err(Stop::usage(format!(
            "error: {} is written for HAProxy {}, and {} runs, which would not start with it\n  help: compile it with `--haproxy {runs}`",
            visible(&to.name),
            to.target,
            visible(&process.version),
        )));
    }
    match typed.haproxy {
        Some(asked) if asked > runs => Err(Stop::usage(format!(
            "error: `--haproxy {asked}` was given, and HAProxy {} runs\n  help: leave it out, the version is asked for",
            visible(&process.version)
        ))),
        asked => Ok(asked.unwrap_or(runs)),
    }
}

/// The newest branch that is known and not newer than the process.
fn running(process: &Process) -> Option<HaproxyVersion> {
    let (major, minor) = process.branch().split_once('.')?;
    let digits: String = minor.chars().take_while(char::is_ascii_digit).collect();
    let (major, next) = (
        major.parse().ok()?,
        digits.parse::<u8>().ok()?.checked_add(1)?,
    );
    HaproxyVersion::all()
        .filter(|known| !known.has(major, next))
        .last()
}

/// A socket of another level executes some commands and refuses others in the middle.
fn privileged(client: &Client) -> Result<(), Stop> {
    let level = client.level().map_err(|error| unanswered(&error))?;
    if level == "admin" {
        return Ok(());
    }
    Err(Stop::new(
        Exit::No,
        format!(
            "error: {} has the level `{}`, which may not do everything\n  help: name the socket whose line says `level admin`",
            visible(&client.address().to_string()),
            visible(level.lines().next().unwrap_or_default())
        ),
    ))
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
