//! `ingressc ports repair`: the lock after a merge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::args::PortsRepair;
use super::super::streams::Streams;
use super::super::{Exit, Stop};
use super::git;
use super::pending::{save, text};
use crate::ir::{Port, PortKey};
use crate::ports::{Age, Lock, Moved, Repaired, Unrepairable, repair};
use crate::report::visible;
use crate::source::{File, FileKind, Sources};

pub(super) fn run(typed: &PortsRepair, streams: &mut Streams) -> Result<Exit, Stop> {
    let Some(settings) = super::settings(&typed.config, streams)? else {
        return Ok(Exit::Clean);
    };
    let ports = &settings.stages.ports;
    let file = visible(&ports.file);
    let Some(id) = ports.lock.file else {
        if ports.lock.unusable {
            super::show(&settings.stages.findings, &settings.sources, streams);
            return Ok(Exit::No);
        }
        let why = format!("nothing to do: there is no {file}");
        return Err(Stop::new(Exit::Nothing, why));
    };
    let Some(pool) = ports.pool() else {
        return Ok(Exit::Clean);
    };
    let taken: BTreeSet<Port> = ports
        .taken
        .iter()
        .filter_map(|taken| Port::new(taken.bind.port()))
        .collect();
    let ages = Ages::new(Path::new(&ports.file), typed.base.as_deref())?;
    let age = |line: u32, key: &PortKey, port: Port| ages.of(line, key, port);
    let repaired = match repair(&settings.sources, id, pool, &taken, &age) {
        Ok(repaired) => repaired,
        Err(Unrepairable::Wrong(findings)) => {
            super::show(&findings, &settings.sources, streams);
            streams.error("nothing written: some lines are no entries");
            return Ok(Exit::No);
        }
        Err(Unrepairable::Exhausted) => {
            streams.error(&format!(
                "nothing written: no port of the pool {pool} is left\n  help: widen `tcp.pool`, or run `ingressc ports prune`"
            ));
            return Ok(Exit::No);
        }
    };
    tell(&repaired, typed.base.as_deref(), streams);
    match text(&repaired.lock, &settings.sources) {
        None => streams.note(&format!("  ports    nothing to repair: {file}")),
        Some(text) => {
            save(&ports.file, &text)?;
            streams.note(&format!("  ports    {}: {file}", summary(&repaired)));
        }
    }
    Ok(Exit::Clean)
}

/// How old entries are.
enum Ages {
    /// What this revision's lock says is older than all else.
    Base(Lock),
    /// By line.
    Blame(BTreeMap<u32, Age>),
    /// Nobody knows.
    Unknown,
}

impl Ages {
    fn new(file: &Path, base: Option<&str>) -> Result<Self, Stop> {
        let Some(revision) = base else {
            return Ok(git::blame(file).map_or(Self::Unknown, Self::Blame));
        };
        if !git::knows(file, revision) {
            return Err(Stop::usage(format!(
                "error: git knows no revision `{}`\n  help: name a commit, a branch or a tag that is fetched, such as origin/main",
                visible(revision)
            )));
        }
        // The revision may be from before the first lock.
        let text = git::show(file, revision).unwrap_or_default();
        let mut sources = Sources::default();
        let id = sources.add(File::new(revision, text).kind(FileKind::Lock));
        let (lock, _) = Lock::read(&sources, id);
        Ok(Self::Base(lock))
    }

    fn of(&self, line: u32, key: &PortKey, port: Port) -> Age {
        match self {
            Self::Base(lock) => {
                let stands = lock
                    .entries
                    .get(key)
                    .is_some_and(|entry| entry.port == port);
                Age::from(!stands)
            }
            Self::Blame(times) => times.get(&line).copied().unwrap_or(Age::MAX),
            Self::Unknown => 0,
        }
    }
}

fn tell(repaired: &Repaired, base: Option<&str>, streams: &mut Streams) {
    let width = repaired
        .moved
        .iter()
        .map(|moved| moved.key.to_string().len());
    let width = width.max().unwrap_or(0);
    for moved in &repaired.moved {
        let Moved {
            key,
            from,
            to,
            keeper,
            is_newer,
        } = moved;
        let why = match (is_newer, base) {
            (true, None) => "is older".to_owned(),
            (true, Some(base)) => format!("has it in {}", visible(base)),
            (false, _) => "is the first by name; which is older is not known".to_owned(),
        };
        let key = key.to_string();
        streams.product(&format!(
            "moved    {key:<width$}   {from} -> {to}   {keeper} {why}\n"
        ));
    }
    for (key, port) in &repaired.dropped {
        streams.product(&format!(
            "dropped  {key}   {port}   it has another port, too\n"
        ));
    }
}

fn summary(repaired: &Repaired) -> String {
    let mut parts = Vec::new();
    for (number, what) in [
        (repaired.moved.len(), "moved"),
        (repaired.dropped.len(), "dropped"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {what}"));
        }
    }
    match &parts[..] {
        [] if repaired.conflict => "both sides taken".to_owned(),
        [] => "put in order".to_owned(),
        parts => parts.join(", "),
    }
}
