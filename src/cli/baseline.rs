//! `ingressc baseline`: the findings of today, so that only those of tomorrow are told.

use std::path::Path;

use super::args::{Baseline as Typed, BaselineAction, BaselineFlags, RuleFlags};
use super::journey::{Journey, count, fault, settle};
use super::settings::{self, Settings};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::finding::Finding;
use crate::finding::baseline::{Baseline, FILE_NAME};
use crate::report::{self, visible};
use crate::write;

pub(super) fn run(typed: &Typed, streams: &mut Streams) -> Result<Exit, Stop> {
    match &typed.action {
        BaselineAction::Write(typed) => write_all(typed, streams),
        BaselineAction::Prune(typed) => prune(typed, streams),
    }
}

fn write_all(typed: &BaselineFlags, streams: &mut Streams) -> Result<Exit, Stop> {
    let Some((mut settings, file)) = settled(typed, streams)? else {
        return Ok(Exit::Clean);
    };
    settings.rules.mute.baseline_file = None;
    let journey = Journey::run(&mut settings, streams)?;
    if let Some(exit) = refused(&journey, streams) {
        return Ok(exit);
    }
    let baseline = Baseline::of(&journey.judged.findings, &journey.sources);
    save(&file, &baseline)?;
    streams.note(&format!(
        "  baseline {}: {}",
        count(baseline.len(), "finding"),
        visible(&file)
    ));
    Ok(Exit::Clean)
}

fn prune(typed: &BaselineFlags, streams: &mut Streams) -> Result<Exit, Stop> {
    let Some((mut settings, file)) = settled(typed, streams)? else {
        return Ok(Exit::Clean);
    };
    settings.rules.mute.baseline_file = Some(file.clone());
    let journey = Journey::run(&mut settings, streams)?;
    if let Some(exit) = refused(&journey, streams) {
        return Ok(exit);
    }
    let mut baseline = settings.rules.mute.baseline;
    let fixed = journey.judged.fixed.len();
    if fixed == 0 {
        streams.note(&format!("  baseline nothing is fixed: {}", visible(&file)));
        return Ok(Exit::Clean);
    }
    baseline.remove(&journey.judged.fixed);
    save(&file, &baseline)?;
    streams.note(&format!(
        "  baseline {fixed} fixed, {} left: {}",
        count(baseline.len(), "finding"),
        visible(&file)
    ));
    Ok(Exit::Clean)
}

/// The settings, as `check` has them, and the file.
fn settled(
    typed: &BaselineFlags,
    streams: &mut Streams,
) -> Result<Option<(Settings, String)>, Stop> {
    let rules = RuleFlags {
        pedantic: typed.pedantic,
        ..RuleFlags::default()
    };
    let settings = settle(
        &settings::Typed {
            paths: &typed.paths.paths,
            inputs: &typed.inputs,
            rules: Some(&rules),
            config: &typed.config,
            annotations: &typed.target.annotations,
            now: typed.target.now.map(|date| date.unix),
            haproxy: None,
            placeholders: true,
        },
        streams,
    )?;
    Ok(settings.map(|mut settings| {
        let mute = &mut settings.rules.mute;
        mute.tells_unused = true;
        let configured = mute.baseline_file.clone();
        let file = typed.output.clone().or(configured);
        let file = file.unwrap_or_else(|| FILE_NAME.to_owned());
        // It may lie in a folder that is walked.
        for inputs in &mut settings.inputs {
            inputs.others.push(file.clone());
        }
        (settings, file)
    }))
}

/// What was not read may hold findings, and nobody knows which.
fn refused(journey: &Journey, streams: &mut Streams) -> Option<Exit> {
    if journey.judged.unread {
        let findings = journey.judged.findings.iter();
        let unread: Vec<Finding> = findings
            .filter(|finding| finding.code.is_unread())
            .cloned()
            .collect();
        streams.findings(&report::human(&unread, &journey.sources, Streams::width()));
        streams.error("nothing written: some input cannot be read, so its findings are not known");
        return Some(Exit::No);
    }
    let why = journey.nothing(false).or_else(|| journey.forgotten())?;
    streams.error(&why);
    Some(Exit::Nothing)
}

fn save(file: &str, baseline: &Baseline) -> Result<(), Stop> {
    write::keep(Path::new(file), &baseline.to_text())
        .map_err(|error| fault(&format!("writing {}", visible(file)), &error))
}
