//! `ingressc ports repair`: the lock after a merge.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::args::PortsRepair;
use super::super::journey::settle;
use super::super::settings::Typed;
use super::super::streams::Streams;
use super::super::{Exit, Stop};
use super::asked::{Asked, asked};
use super::git;
use super::pending::{save, text};
use crate::ir::{Port, PortKey};
use crate::ports::{Age, Because, Dropped, Lock, Moved, Repaired, Unrepairable, repair};
use crate::report::visible;
use crate::source::{File, FileKind, Sources};

pub(super) fn run(typed: &PortsRepair, streams: &mut Streams) -> Result<Exit, Stop> {
    let settings = settle(
        &Typed {
            paths: &typed.paths.paths,
            inputs: &typed.inputs,
            rules: None,
            config: &typed.config,
            annotations: &typed.annotations,
            now: None,
            haproxy: None,
            placeholders: true,
        },
        streams,
    )?;
    let Some(settings) = settings else {
        return Ok(Exit::Clean);
    };
    let ports = settings.stages.ports.clone();
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
    let ages = Ages::new(Path::new(&ports.file), typed.base.as_deref())?;
    let age = |line: u32, key: &PortKey, port: Port| ages.of(line, key, port);
    let Asked { sources, known } = asked(typed, settings, streams)?;
    let repaired = match repair(&sources, id, pool, &known, &age) {
        Ok(repaired) => repaired,
        Err(Unrepairable::Wrong(findings)) => {
            super::show(&findings, &sources, streams);
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
    match text(&repaired.lock, &sources) {
        None => streams.note(&format!("  ports    nothing to repair: {file}")),
        Some(text) => {
            save(&ports.file, &text)?;
            streams.note(&format!("  ports    {}: {file}", summary(&repaired)));
        }
    }
    Ok(Exit::Clean)
}

/// How old entries are.
struct Ages {
    /// What this revision's lock says is older than all else.
    base: Option<Lock>,
    /// When each line was committed; `None` where git cannot tell.
    blame: Option<BTreeMap<u32, i64>>,
}

impl Ages {
    fn new(file: &Path, base: Option<&str>) -> Result<Self, Stop> {
        let blame = git::blame(file);
        let Some(revision) = base else {
            return Ok(Self { base: None, blame });
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
        let base = Some(lock);
        Ok(Self { base, blame })
    }

    fn of(&self, line: u32, key: &PortKey, port: Port) -> Age {
        let base = self.base.as_ref().and_then(|base| base.live.get(key));
        if base.is_some_and(|entry| entry.port == port) {
            return Age::InBase;
        }
        match &self.blame {
            Some(times) => Age::At(times.get(&line).copied().unwrap_or(i64::MAX)),
            None => Age::Unknown,
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
            because,
        } = moved;
        let why = match because {
            Because::Exposed => "is exposed, and the other one is not".to_owned(),
            Because::InBase => format!("has it in {}", visible(base.unwrap_or_default())),
            Because::Older => "is older".to_owned(),
            Because::First => "is the first by name; which is older is not known".to_owned(),
        };
        let key = key.to_string();
        streams.product(&format!(
            "moved    {key:<width$}   {from} -> {to}   {keeper} {why}\n"
        ));
    }
    for (key, port) in &repaired.released {
        let why = if repaired.lock.live.contains_key(key) {
            "it has another port, too"
        } else {
            "its Service is not exposed"
        };
        streams.product(&format!("released {key}   {port}   {why}\n"));
    }
    for Dropped { key, port, holder } in &repaired.dropped {
        let why = if holder == key {
            "the released entry: it has the port".to_owned()
        } else {
            format!("the released entry: {holder} has the port")
        };
        streams.product(&format!("dropped  {key}   {port}   {why}\n"));
    }
}

fn summary(repaired: &Repaired) -> String {
    let mut parts = Vec::new();
    for (number, what) in [
        (repaired.moved.len(), "moved"),
        (repaired.released.len(), "released"),
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
