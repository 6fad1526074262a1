//! `ingressc plan`: whether HAProxy has to reload, and what it can be told while it runs.

mod apply;
mod human;
mod json;
mod markdown;
mod side;

use self::side::Side;
use super::args::{Plan, PlanFailOn, PlanFormat};
use super::journey::count;
use super::streams::Streams;
use super::{Exit, Stop};
use crate::plan::{self, Sending, Verdict};

pub(super) fn run(typed: &Plan, streams: &mut Streams) -> Result<Exit, Stop> {
    if typed.config.show_settings || typed.inputs.show_files {
        return side::show(typed, streams);
    }
    // Held to the end: nobody else changes the folder, or tells HAProxy something else, between the comparison and the last command.
    let lock = match &typed.apply {
        Some(_) => apply::lock(typed, streams)?,
        None => None,
    };
    let Some((from, to)) = side::both(typed, streams)? else {
        return Ok(Exit::Clean);
    };
    for (flag, side) in [("--from", &from), ("--to", &to)] {
        if !side.edited.is_empty() {
            streams.note(&edited(flag, side));
        }
    }
    if let Some(socket) = &typed.apply {
        return apply::run(typed, socket, (&from, &to), lock.as_ref(), streams);
    }
    let target = typed.haproxy.unwrap_or(from.target.min(to.target));
    let sending = match typed.format {
        PlanFormat::Script => Sending::Piped,
        PlanFormat::Human | PlanFormat::Json | PlanFormat::Markdown => Sending::Answered,
    };
    let plan = plan::compare(&from.bundle, &to.bundle, target, sending);
    streams.timing("plan");
    let verdict = plan.verdict();
    match typed.format {
        PlanFormat::Human => streams.product(&human::text(&plan, &from, &to, Streams::width())),
        PlanFormat::Json => streams.product(&json::document(&plan, &from, &to, None)),
        PlanFormat::Markdown => streams.product(&markdown::text(&plan, &from, &to)),
        PlanFormat::Script if verdict == Verdict::Reload => {}
        PlanFormat::Script => {
            streams.bytes(plan.script().as_bytes());
            if !target.has(3, 0) && plan.steps().any(|step| step.waits) {
                streams.note(
                    "note: before HAProxy 3.0 no command waits for connections; send `del server` again where it is refused",
                );
            }
        }
    }
    streams.note(&tail(&plan));
    if typed.format == PlanFormat::Script && verdict == Verdict::Reload {
        streams.error(
            "no commands: HAProxy has to reload\n  help: the reasons stand in the human format, without --format",
        );
        return Ok(Exit::No);
    }
    let fails = typed.fail_on == Some(PlanFailOn::Reload) && verdict == Verdict::Reload;
    Ok(if fails { Exit::No } else { Exit::Clean })
}

/// `  plan     runtime: 3 changes while HAProxy runs, 1 in files only; 5 commands`.
fn tail(plan: &plan::Plan) -> String {
    let of = |verdict| {
        let changes = plan.changes.iter();
        changes.filter(|change| change.verdict == verdict).count()
    };
    let (reload, runtime, files) = (
        of(Verdict::Reload),
        of(Verdict::Runtime),
        of(Verdict::FileOnly),
    );
    let all = count(plan.changes.len(), "change");
    let said = match plan.verdict() {
        _ if plan.changes.is_empty() => return "  plan     nothing to do".to_owned(),
        Verdict::Reload if reload == plan.changes.len() => format!("for {all}"),
        // What would need none is done by the reload, too.
        Verdict::Reload => format!("for {reload} of {all}, and it does the others as well"),
        Verdict::Runtime => {
            let files = match files {
                0 => String::new(),
                files => format!(", {files} in files only"),
            };
            let commands = count(plan.steps().count(), "command");
            format!(
                "{} while HAProxy runs{files}; {commands}",
                count(runtime, "change")
            )
        }
        Verdict::FileOnly => format!("{all} in files only"),
    };
    format!("  plan     {}: {said}", plan.verdict().name())
}

/// A bundle that is not as it was written is what it is; the reader should know.
fn edited(flag: &str, side: &Side) -> String {
    let files: Vec<_> = side
        .edited
        .iter()
        .take(3)
        .map(|path| crate::text::visible(path).into_owned())
        .collect();
    let more = match side.edited.len() - files.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "note: {flag} is not as it was compiled, see {}{more}",
        files.join(", ")
    )
}
