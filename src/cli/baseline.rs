//! `ingressc baseline`: the findings of today, so that only those of tomorrow are told.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::args::{Baseline as Typed, BaselineAction, BaselineFlags, RuleFlags};
use super::journey::{Journey, count, fault, settle};
use super::mute::Scope;
use super::settings::{self, Settings};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::config::FILE_NAME as CONFIG;
use crate::finding::baseline::{Baseline, FILE_NAME, may_hide};
use crate::finding::{Code, Finding};
use crate::lint;
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
    let mute = &mut settings.rules.mute;
    mute.baseline_file = Some(file.clone());
    mute.shows_known = true;
    // One that is not there or cannot be read is written anew.
    if mute.load().is_err() {
        mute.baseline_file = None;
    }
    let journey = Journey::run(&mut settings, streams)?;
    if let Some(exit) = refused(&journey, streams) {
        return Ok(exit);
    }
    let judged = &journey.judged;
    let found = Baseline::of(&judged.findings, &journey.sources);
    let (written, named) = (found.len(), settings.rules.mute.baseline_file.is_some());
    let mut baseline = settings.rules.mute.baseline;
    baseline.remove(&judged.fixed);
    baseline.retain(may_be_in_one);
    let new = baseline.add(found);
    save(&file, &baseline)?;
    let mut told = count(baseline.len(), "finding");
    if named {
        let _ = write!(told, ", {new} new, {} fixed", judged.fixed.len());
    }
    streams.note(&format!("  baseline {told}: {}", visible(&file)));
    let stay = baseline.len() - written;
    if stay > 0 {
        streams.note(&format!(
            "           {} of before {}: this run cannot tell whether {} fixed",
            count(stay, "finding"),
            if stay == 1 { "stays" } else { "stay" },
            if stay == 1 { "it is" } else { "they are" },
        ));
    }
    tell_protecting(&judged.findings, streams);
    if !named {
        let file = visible(&file);
        streams.note(&format!(
            "           nothing hides yet: add `baseline: {file}` to {CONFIG}, or run `ingressc check --baseline {file}`"
        ));
    }
    Ok(Exit::Clean)
}

/// Findings that stay, because no baseline may hide them.
fn tell_protecting(findings: &[Finding], streams: &mut Streams) {
    let stay: Vec<Code> = findings
        .iter()
        .filter(|finding| !may_hide(finding))
        .map(|finding| finding.code)
        .collect();
    if stay.is_empty() {
        return;
    }
    let codes: BTreeSet<String> = stay.iter().map(Code::to_string).collect();
    let codes: Vec<String> = codes.into_iter().collect();
    streams.note(&format!(
        "           {} of rules that no baseline hides {}: {}",
        count(stay.len(), "finding"),
        if stay.len() == 1 { "stays" } else { "stay" },
        codes.join(", ")
    ));
}

/// Whether entries of a rule hide anything. Those of a rule that is gone are left to what is found.
fn may_be_in_one(code: &str) -> bool {
    lint::find(code).is_none_or(|code| code.rule().ignorable)
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
    let judged = &journey.judged;
    let before = settings.rules.mute.baseline.clone();
    let mut baseline = settings.rules.mute.baseline;
    baseline.remove(&judged.fixed);
    baseline.retain(may_be_in_one);
    baseline.refresh(&judged.known, &journey.sources);
    if baseline != before {
        save(&file, &baseline)?;
    }
    let told = match before.len() - baseline.len() {
        0 => "nothing is fixed".to_owned(),
        gone => format!("{gone} fixed, {} left", count(baseline.len(), "finding")),
    };
    streams.note(&format!("  baseline {told}: {}", visible(&file)));
    if settings.rules.mute.scope == Scope::Part {
        streams.note("           only folders, or the configured inputs, show what is fixed");
    }
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
