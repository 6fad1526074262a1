//! Where findings go: in one format to a stream, and with `--report` in others to files.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::Stop;
use super::args::{Format, OutputFlags, ReportFile};
use super::journey::{Journey, fault};
use super::settings::Rules;
use super::streams::Streams;
use crate::report::{self, Report, visible};
use crate::source::Sources;
use crate::write;

/// The name of a file that stands for standard output.
const STDOUT: &str = "-";

/// The stream of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output, if no report takes it.
    Out,
    /// Standard error: standard output belongs to something else, and no report can have it.
    Err,
    /// Standard error; a report can have standard output.
    ErrOrReport,
    /// None: standard output belongs to a diff, beside which nothing is said. Reports are written.
    Nowhere,
}

/// Refuses what `--report` cannot do before any manifest is read.
pub(super) fn check_reports(output: &OutputFlags, stream: Stream) -> Result<(), Stop> {
    let mut files = BTreeSet::new();
    for report in &output.report {
        if report.file == STDOUT && matches!(stream, Stream::Err | Stream::Nowhere) {
            return Err(Stop::usage(
                "error: `--report` cannot have standard output, which is taken\n  help: name a file after the format",
            ));
        }
        if !files.insert(&report.file) {
            return Err(Stop::usage(format!(
                "error: two reports would be written to `{}`\n  help: give each `--report` a file of its own",
                visible(&report.file)
            )));
        }
    }
    Ok(())
}

/// Prints the findings, and writes those reports that are asked for.
pub(super) fn show_findings(
    journey: &Journey,
    rules: &Rules,
    output: &OutputFlags,
    stream: Stream,
    streams: &mut Streams,
) -> Result<(), Stop> {
    let judged = &journey.judged;
    let (root, below) = checkout();
    let report = Report {
        findings: &judged.findings,
        sources: &journey.sources,
        summary: &judged.summary,
        fail_on: rules.fail_on,
        root: &root,
        below: &below,
        link_base: output.link_base.as_deref().unwrap_or_default(),
    };
    let text = if output.statistics {
        report::statistics(&judged.findings)
    } else {
        written(output.format, &report)
    };
    let is_out_free = output.report.iter().all(|it| it.file != STDOUT);
    if stream == Stream::Out && is_out_free {
        streams.product(&text);
    } else if stream != Stream::Nowhere {
        streams.findings(&text);
    }
    spare_inputs(&output.report, &journey.sources)?;
    for ReportFile { format, file } in &output.report {
        let text = written(*format, &report);
        if file == STDOUT {
            streams.product(&text);
            continue;
        }
        let text = anstream::adapter::strip_str(&text).to_string();
        write::replace(Path::new(file), &text)
            .map_err(|error| fault(&format!("writing {}", visible(file)), &error))?;
    }
    Ok(())
}

fn written(format: Format, report: &Report<'_>) -> String {
    let (findings, sources) = (report.findings, report.sources);
    match format {
        Format::Human => report::human(findings, sources, Streams::width()),
        Format::Concise => report::concise(findings, sources),
        Format::Json | Format::JsonV1 => report::json(findings, sources, report.summary),
        Format::Sarif => report::sarif(report),
        Format::Github => report::github(report),
        Format::Gitlab => report::gitlab(report),
        Format::Junit => report::junit(report),
        Format::Markdown => report::markdown(report),
    }
}

/// The repository in which the program runs, and where in it; the folder alone where there is no repository.
#[expect(
    clippy::disallowed_methods,
    reason = "where we are is asked at the command line"
)]
fn checkout() -> (String, String) {
    let here = std::env::current_dir().unwrap_or_default();
    let mut above = here.ancestors();
    let root = above.find(|folder| folder.join(".git").exists());
    let root = root.unwrap_or(&here);
    let below = here.strip_prefix(root).unwrap_or(Path::new(""));
    let text = |path: &Path| path.to_str().unwrap_or_default().to_owned();
    (text(root), text(below))
}

/// A report never takes the place of a file that was read.
fn spare_inputs(reports: &[ReportFile], sources: &Sources) -> Result<(), Stop> {
    for ReportFile { file, .. } in reports {
        let Some(taken) = identity(file).filter(|_| file != STDOUT) else {
            continue;
        };
        let mut read = sources.iter();
        if read.any(|(_, input)| identity(&input.name) == Some(taken)) {
            return Err(Stop::usage(format!(
                "error: `{}` is an input, and would be lost\n  help: name another file for the report",
                visible(file)
            )));
        }
    }
    Ok(())
}

/// Which file a name means, whatever links lead to it.
#[expect(
    clippy::disallowed_methods,
    reason = "where to write is asked at the command line"
)]
fn identity(name: &str) -> Option<(u64, u64)> {
    let found = std::fs::metadata(name).ok()?;
    found.is_file().then(|| (found.dev(), found.ino()))
}
