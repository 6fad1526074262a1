//! `ingressc check --fix` and `--diff`: the way of fixes into files, or onto stdout.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::args::{FixFlags, FixWhich};
use super::journey::{Journey, count, fault};
use super::settings::Settings;
use super::streams::Streams;
use super::{Exit, Stop};
use crate::finding::{Finding, Safety};
use crate::fix::{self, Outcome, Refused, Verdict, Why};
use crate::report::visible;
use crate::source::{File, FileId, Sources};
use crate::write::Replacement;

/// How many lines a diff shows around a change.
const CONTEXT: usize = 3;

/// What fixing has left to be told.
#[derive(Default)]
pub(super) struct Fixed {
    /// What the findings find there.
    pub(super) stdout: Stdout,
    /// Lines for stderr.
    notes: Vec<String>,
    /// Fixes that were not made; their places are those of the files as they are shown.
    refused: Vec<Refused>,
}

/// What stdout carries besides findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Stdout {
    /// Nothing.
    #[default]
    Free,
    /// What was read from standard input, mended: findings go to stderr.
    Taken,
    /// A diff, and nothing else.
    Diff,
}

impl Fixed {
    /// What was fixed and what was not, below the findings.
    pub(super) fn tell(&self, journey: &Journey, streams: &mut Streams) {
        for refused in &self.refused {
            streams.note(&line(refused, &journey.sources));
        }
        for note in &self.notes {
            streams.note(note);
        }
    }
}

/// Makes the fixes that were asked for. What comes back is the journey through the files as they are then, or with `--diff` as they
/// were.
pub(super) fn run(
    journey: Journey,
    settings: &Settings,
    typed: &FixFlags,
    streams: &mut Streams,
) -> Result<(Journey, Fixed), Stop> {
    let Some(which) = typed.fix.or(typed.diff.then_some(FixWhich::Safe)) else {
        return Ok((journey, Fixed::default()));
    };
    let outcome = outcome(&journey, settings, which);
    streams.timing("fix");
    let mut fixed = Fixed {
        notes: vec![told(&outcome, typed.diff)],
        ..Fixed::default()
    };
    if typed.diff {
        fixed.stdout = Stdout::Diff;
        diff(&journey.sources, &outcome, streams);
        // Places in files that nobody writes would lead astray: only the rule is told.
        fixed.refused = outcome.refused;
        for refused in &mut fixed.refused {
            refused.origin = None;
        }
        return Ok((journey, fixed));
    }
    write(&journey.sources, &outcome)?;
    if let Some(text) = standard_input(&outcome.sources) {
        fixed.stdout = Stdout::Taken;
        streams.bytes(text.as_bytes());
    }
    fixed.refused = outcome.refused;
    let journey = if outcome.changed.is_empty() {
        journey
    } else {
        journey.again(outcome.sources, settings)
    };
    Ok((journey, fixed))
}

fn outcome(journey: &Journey, settings: &Settings, which: FixWhich) -> Outcome {
    let most = match which {
        FixWhich::Safe => Safety::Safe,
        FixWhich::All => Safety::Unsafe,
    };
    let mut judge = |sources: &Sources| {
        let (found, judged) = journey.found(sources, settings);
        Verdict::new(&found, judged.findings, sources)
    };
    let same = journey.sources.with_texts(&BTreeMap::new());
    let is_fixable = |finding: &Finding| finding.fix.is_some();
    let verdict = if journey.judged.findings.iter().any(is_fixable) {
        judge(&same)
    } else {
        Verdict::default()
    };
    fix::fix(same, verdict, most, &mut judge)
}

/// What was read from standard input, as it is now.
fn standard_input(sources: &Sources) -> Option<String> {
    let mut files = sources.iter().map(|(_, file)| file);
    let file = files.find(|file| file.is_stdin())?;
    Some(file.bytes().unwrap_or_else(|| file.text.clone()))
}

/// `Fixed 3 problems in 2 files; 1 more with --fix=all`.
fn told(outcome: &Outcome, would: bool) -> String {
    let mut text = match (outcome.fixed, would) {
        (0, _) => "Nothing to fix".to_owned(),
        (number, false) => format!("Fixed {}", count(number, "problem")),
        (number, true) => format!("Would fix {}", count(number, "problem")),
    };
    if outcome.fixed > 0 {
        let _ = write!(text, " in {}", count(outcome.changed.len(), "file"));
    }
    match (outcome.fixed, outcome.unsafe_left) {
        (_, 0) => {}
        (0, left) => {
            let _ = write!(text, "; {} with --fix=all", count(left, "problem"));
        }
        (_, left) => {
            let _ = write!(text, "; {left} more with --fix=all");
        }
    }
    text
}

/// Why a fix was not made, in a line.
fn line(refused: &Refused, sources: &Sources) -> String {
    let why = match &refused.why {
        Why::NoManifest => "this file is no manifest".to_owned(),
        Why::Rewritten => {
            "escapes of this file are read anew, so that places in it are not known".to_owned()
        }
        Why::Shared => "the value is an anchor's, and other places use it".to_owned(),
        Why::Unusable => "it would change nothing, or not only this".to_owned(),
        Why::Worse(code, whose) => format!("it would lead to {code} {} in {whose}", code.name()),
    };
    let place = refused
        .origin
        .map_or_else(String::new, |origin| format!("{}: ", sources.show(origin)));
    let text = format!(
        "  not fixed {place}{} ({}): {why}",
        refused.code, refused.title
    );
    visible(&text).into_owned()
}

/// Writes what changed. A file that is not what was read is left, and nothing else is written either.
fn write(before: &Sources, outcome: &Outcome) -> Result<(), Stop> {
    let mut all = Vec::new();
    for (file, old, new) in changed(before, outcome) {
        if file.is_stdin() {
            continue;
        }
        let path = Path::new(&file.name);
        let now = read(path)
            .map_err(|error| fault(&format!("reading {}", visible(&file.name)), &error))?;
        if now != old.as_bytes() {
            return Err(Stop::new(
                Exit::Fault,
                format!(
                    "error: {} has changed since it was read, so nothing was fixed\n  help: run the command again",
                    visible(&file.name)
                ),
            ));
        }
        all.push((path, new));
    }
    // Whatever may fail is done for all of them before the first is replaced.
    let mut ready = Vec::new();
    for (path, new) in all {
        let prepared = Replacement::prepare(path, &new)
            .map_err(|error| unwritten(path, &error, "nothing was fixed"))?;
        ready.push((path, prepared));
    }
    let mut written: Vec<&Path> = Vec::new();
    for (path, replacement) in ready {
        replacement.put().map_err(|error| {
            let names = written.iter().map(|path| path.to_string_lossy());
            let names: Vec<_> = names.collect();
            let so_far = match &*names {
                [] => "nothing was fixed".to_owned(),
                names => format!("fixed so far: {}", visible(&names.join(", "))),
            };
            unwritten(path, &error, &so_far)
        })?;
        written.push(path);
    }
    Ok(())
}

fn unwritten(path: &Path, error: &std::io::Error, so_far: &str) -> Stop {
    let doing = format!("writing {}", visible(&path.to_string_lossy()));
    fault(&format!("{so_far}: {doing}"), error)
}

#[expect(clippy::disallowed_methods, reason = "the file is to be written")]
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

/// The files that changed, and what they held and hold.
fn changed<'s>(
    before: &'s Sources,
    outcome: &Outcome,
) -> impl Iterator<Item = (&'s File, String, String)> {
    let both = |id: &FileId| {
        let (old, new) = (before.file(*id), outcome.sources.file(*id));
        Some((old, old.bytes()?, new.bytes()?))
    };
    outcome.changed.iter().filter_map(both)
}

/// Prints what changed as a unified diff, byte for byte; on a terminal in colours, and nothing in it that a terminal obeys.
fn diff(before: &Sources, outcome: &Outcome, streams: &mut Streams) {
    let terminal = Streams::terminal_width().is_some();
    for (file, old, new) in changed(before, outcome) {
        let diff = TextDiff::from_lines(&old, &new);
        let name = visible(&file.name);
        if !terminal {
            let mut unified = diff.unified_diff();
            let unified = unified.context_radius(CONTEXT).header(&name, &name);
            streams.bytes(unified.to_string().as_bytes());
            continue;
        }
        streams.product(&format!("\x1b[1m--- {name}\n+++ {name}\x1b[0m\n"));
        for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
            streams.product(&format!("\x1b[36m{}\x1b[0m\n", hunk.header()));
            for change in hunk.iter_changes() {
                let color = match change.tag() {
                    ChangeTag::Delete => "\x1b[31m-",
                    ChangeTag::Insert => "\x1b[32m+",
                    ChangeTag::Equal => "\x1b[0m ",
                };
                let line = change.value().trim_end_matches(['\n', '\r']);
                let cells: Vec<_> = line.split('\t').map(visible).collect();
                streams.product(&format!("{color}{}\x1b[0m\n", cells.join("\t")));
            }
        }
    }
}
