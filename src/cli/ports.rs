//! `ingressc ports`: which ports there are, and the lock that keeps them.

mod asked;
mod git;
mod list;
mod pending;
mod repair;

pub(super) use self::pending::Pending;

use std::collections::BTreeSet;

use self::pending::{save, text};
use super::args::{
    AnnotationFlags, ConfigFlags, InputFlags, Ports, PortsAction, PortsPrune, PortsUpdate,
};
use super::journey::{Journey, count, settle};
use super::settings::{Settings, Typed};
use super::show::{Stream, check_reports, show_findings};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::finding::{Code, Finding};
use crate::ir::PortKey;
use crate::report::{self, visible};
use crate::source::Sources;

pub(super) fn run(typed: &Ports, streams: &mut Streams) -> Result<Exit, Stop> {
    match &typed.action {
        None => list::run(&typed.list, streams),
        Some(PortsAction::Update(typed)) => update(typed, streams),
        Some(PortsAction::Prune(typed)) => prune(typed, streams),
        Some(PortsAction::Repair(typed)) => repair::run(typed, streams),
    }
}

/// The codes that are about ports and their lock.
const ABOUT_PORTS: [Code; 6] = [
    Code::PORT_CONFLICT,
    Code::PORT_POOL_EXHAUSTED,
    Code::PORT_OUTSIDE_POOL,
    Code::PORT_LOCK_STALE,
    Code::INVALID_PORT_LOCK,
    Code::PORT_ALLOCATED_TWICE,
];

fn update(typed: &PortsUpdate, streams: &mut Streams) -> Result<Exit, Stop> {
    check_reports(&typed.output, Stream::ErrOrReport)?;
    let settings = settle(
        &Typed {
            paths: &typed.paths.paths,
            inputs: &typed.inputs,
            rules: Some(&typed.rules),
            config: &typed.config,
            annotations: &typed.target.annotations,
            now: typed.target.now.map(|date| date.unix),
            haproxy: None,
            placeholders: true,
        },
        streams,
    )?;
    let Some(mut settings) = settings else {
        return Ok(Exit::Clean);
    };
    if settings.clusters_aside > 0 {
        return Err(Stop::usage(
            "error: paths were typed, but the configuration has `clusters`, each with inputs of its own\n  \
             help: remove the paths, or the Services of the other clusters would lose their ports",
        ));
    }
    let journey = Journey::run(&mut settings, streams)?;
    let judged = &journey.judged;
    let stream = Stream::ErrOrReport;
    show_findings(&journey, &settings.rules, &typed.output, stream, streams)?;
    if !judged.findings.is_empty() {
        streams.note(&judged.summary.to_string());
    }
    let exit = judged.exit(&settings.rules);
    // Manifests of which nothing is exposed any more are something to do, as long as there are some.
    let live = !settings.stages.ports.lock.live.is_empty() && journey.census.objects() > 0;
    let nothing = journey.nothing(true).filter(|_| !live);
    if let Some(why) = nothing.or_else(|| journey.forgotten()) {
        streams.error(&why);
        return Ok(exit.worst(Exit::Nothing));
    }
    if judged.failing > 0 {
        streams.error(&format!(
            "nothing written: {} in the way",
            match judged.failing {
                1 => "1 finding stands".to_owned(),
                failing => format!("{failing} findings stand"),
            }
        ));
        return Ok(exit);
    }
    let lock = Pending::new(&journey, &settings.stages.ports);
    if !lock.write(streams)? {
        let file = visible(&settings.stages.ports.file);
        streams.note(&format!("  ports    up to date: {file}"));
    }
    Ok(exit)
}

/// The settings of a command that looks at the lock alone.
fn settings(config: &ConfigFlags, streams: &mut Streams) -> Result<Option<Settings>, Stop> {
    let typed = Typed {
        paths: &[],
        inputs: &InputFlags::default(),
        rules: None,
        config,
        annotations: &AnnotationFlags::default(),
        now: None,
        haproxy: None,
        placeholders: true,
    };
    settle(&typed, streams)
}

fn prune(typed: &PortsPrune, streams: &mut Streams) -> Result<Exit, Stop> {
    let Some(settings) = settings(&typed.config, streams)? else {
        return Ok(Exit::Clean);
    };
    let file = visible(&settings.stages.ports.file);
    let mut lock = settings.stages.ports.lock.clone();
    if lock.unusable {
        show(&settings.stages.findings, &settings.sources, streams);
        streams.error("nothing written: the lock cannot be understood");
        return Ok(Exit::No);
    }
    let named = typed.keys.iter().map(|key| {
        let known = PortKey::parse(key).ok_or_else(|| {
            Stop::usage(format!(
                "error: `{}` is no Service port\n  help: write `namespace/service:port`, as in the lock",
                visible(key)
            ))
        })?;
        if lock.former(&known).next().is_some() {
            return Ok(known);
        }
        Err(Stop::usage(if lock.live.contains_key(&known) {
            format!(
                "error: `{known}` is not released in {file}\n  help: if the Service is not exposed any more, run `ingressc ports update`, which releases its port while the manifests have no errors"
            )
        } else {
            format!("error: `{known}` is not in {file}")
        }))
    });
    let named: BTreeSet<PortKey> = named.collect::<Result<_, _>>()?;
    let before = lock.released.len();
    lock.released.retain(|(key, port), _| {
        let goes = named.is_empty() || named.contains(key);
        if goes {
            streams.product(&format!("pruned   {key}   {port}\n"));
        }
        !goes
    });
    let pruned = before - lock.released.len();
    if pruned == 0 {
        streams.note(&format!("  ports    nothing is released: {file}"));
        return Ok(Exit::Clean);
    }
    if let Some(text) = text(&lock, &settings.sources) {
        save(&settings.stages.ports.file, &text)?;
    }
    let entries = match pruned {
        1 => "1 entry".to_owned(),
        pruned => format!("{pruned} entries"),
    };
    streams.note(&format!("  ports    {entries} dropped: {file}"));
    Ok(Exit::Clean)
}

/// Shows what is said about ports and their lock.
fn show(findings: &[Finding], sources: &Sources, streams: &mut Streams) -> usize {
    let about = |finding: &&Finding| ABOUT_PORTS.contains(&finding.code);
    let about: Vec<Finding> = findings.iter().filter(about).cloned().collect();
    streams.findings(&report::human(&about, sources, Streams::width()));
    let is_error = |finding: &&Finding| finding.severity == crate::finding::Severity::Error;
    about.iter().filter(is_error).count()
}

/// `3 ports`.
fn ports(number: usize) -> String {
    count(number, "port")
}
