//! The results for people: what failed with its place, then a line a file, then the routes that no test met.

use std::fmt::Write as _;

use super::results::{Asked, Outcome, Results, Suite};
use crate::cli::journey::count;
use crate::expect::{Found, FoundEnd};
use crate::finding::Label;
use crate::report::{failure, visible, wrap_hanging};
use crate::source::Sources;
use crate::text::columns::{align, width_of};
use crate::text::style;

/// So many routes that no test met are told, unless the run fails for them.
const FEW: usize = 10;

/// What is printed on stdout.
pub(super) fn results(results: &Results, width: usize) -> String {
    let mut out = String::new();
    for group in &results.groups {
        for suite in &group.suites {
            for outcome in suite.outcomes.iter().filter(|it| it.has_failed()) {
                out.push_str(&failed(outcome, suite, group, width));
                out.push('\n');
            }
        }
    }
    let mut rows = Vec::new();
    for suite in results.groups.iter().flat_map(|group| &group.suites) {
        rows.push(of_suite(suite));
    }
    for line in align(&rows) {
        let _ = writeln!(out, "{line}");
    }
    if !results.filtered {
        uncovered(&mut out, results);
    }
    out
}

/// The last line, on stderr: what was found, and what was left out.
pub(super) fn tail(results: &Results) -> String {
    let numbers = results.numbers();
    let mut parts = vec![format!("{} passed", numbers.passed)];
    if numbers.in_part > 0 {
        let in_part = format!("{} of them in part", numbers.in_part);
        parts.push(style::changed(in_part).to_string());
    }
    if numbers.failed > 0 {
        parts.push(style::bad(format!("{} failed", numbers.failed)).to_string());
    }
    if numbers.skipped > 0 {
        parts.push(style::changed(format!("{} skipped", numbers.skipped)).to_string());
    }
    let mut tail = format!("{}: {}.", count(numbers.tests, "test"), parts.join(", "));
    if !results.filtered {
        let (routes, met, percent) = results.coverage();
        let _ = write!(
            tail,
            " {met} of {} met ({percent} %)",
            count(routes, "route")
        );
        match results.min_coverage {
            Some(least) if percent < least => {
                let _ = write!(tail, ", and --min-coverage is {least} %.");
            }
            _ => tail.push('.'),
        }
    }
    if results.without_live() {
        match (numbers.skipped, numbers.in_part) {
            (0, 0) => {}
            (_, 0) => tail.push_str(" --live asks what is skipped."),
            (0, _) => tail.push_str(" --live asks the rest."),
            _ => tail.push_str(" --live asks what is skipped, and the rest."),
        }
    }
    tail
}

fn of_suite(suite: &Suite) -> Vec<String> {
    let numbers = suite.numbers();
    let verdict = match numbers.failed {
        0 => style::good("ok").to_string(),
        _ => style::bad("failed").to_string(),
    };
    let mut said = count(numbers.tests, "test");
    for (number, what) in [
        (numbers.in_part, "in part"),
        (numbers.failed, "failed"),
        (numbers.skipped, "skipped"),
    ] {
        if number > 0 {
            let _ = write!(said, ", {number} {what}");
        }
    }
    vec![verdict, visible(&suite.name).into_owned(), said]
}

fn failed(outcome: &Outcome, suite: &Suite, group: &Asked, width: usize) -> String {
    let title = match &outcome.name {
        Some(name) => format!("{name}: {}", outcome.title),
        None => outcome.title.clone(),
    };
    let mut out = failure(&title, &labels(outcome), &suite.sources, width);
    if outcome.live.is_some() {
        side_by_side(&mut out, outcome, width);
    }
    if let Some((found, _)) = &outcome.simulated {
        because(&mut out, found, &group.journey.sources, width);
        help(&mut out, found, outcome, width);
    }
    out
}

/// What was found in place of what stands there.
fn labels(outcome: &Outcome) -> Vec<Label> {
    let label = |origin, message: String| Label {
        origin,
        message: visible(&message).into_owned(),
    };
    let mut labels: Vec<Label> = Vec::new();
    for difference in outcome.differing() {
        if labels.iter().any(|known| known.origin == difference.origin) {
            continue;
        }
        let simulated = outcome.cell("simulator", difference);
        let message = match &outcome.live {
            Some(Ok(_)) if simulated != outcome.cell("haproxy", difference) => {
                format!("{}: see below", difference.what)
            }
            _ => format!("found: {}", difference.found),
        };
        labels.push(label(difference.origin, message));
    }
    if let Some(why) = outcome.impossible {
        labels.push(label(outcome.origin, why.to_owned()));
    }
    if let Some(why) = outcome.unsure() {
        let why = format!("the simulator cannot tell, as {why}: add `only: live`");
        labels.push(label(outcome.origin, why));
    }
    if let Some(Err(why)) = &outcome.live {
        labels.push(label(outcome.origin, format!("haproxy: {why}")));
    }
    labels
}

/// What was expected, simulated and found live, a row each difference.
fn side_by_side(out: &mut String, outcome: &Outcome, width: usize) {
    let mut rows = vec![
        ["", "expected", "simulator", "haproxy"]
            .map(|it| style::dim(it).to_string())
            .to_vec(),
    ];
    for difference in outcome.differing() {
        let cells = [
            difference.what.clone(),
            difference.expected.clone(),
            outcome.cell("simulator", difference),
            outcome.cell("haproxy", difference),
        ];
        rows.push(
            cells
                .iter()
                .map(|cell| visible(cell).into_owned())
                .collect(),
        );
    }
    if rows.len() == 1 {
        return;
    }
    let lines = align(&rows);
    if lines.iter().all(|line| width_of(line) + 2 <= width) {
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
        return;
    }
    // A cell is never broken, so they stand one below the other.
    let mut stacked = Vec::new();
    for row in &rows[1..] {
        stacked.push(vec![row[0].clone()]);
        for (head, cell) in rows[0].iter().zip(row).skip(1) {
            stacked.push(vec![format!("  {head}"), cell.clone()]);
        }
    }
    for block in stacked.chunk_by(|_, next| next.len() > 1) {
        let _ = writeln!(out, "  {}", block[0].join(""));
        for line in align(&block[1..]) {
            let _ = writeln!(out, "  {line}");
        }
    }
}

fn because(out: &mut String, found: &Found, sources: &Sources, width: usize) {
    if found.why.is_empty() {
        return;
    }
    let place = found.place.map_or_else(String::new, |place| {
        format!(" ({})", visible(&sources.show(place)))
    });
    let mut text = String::new();
    wrap_hanging(
        &mut text,
        &format!("  because: {}{place}", found.why),
        11,
        width,
    );
    out.push_str(&text.replacen("because:", &style::hint("because:").to_string(), 1));
}

/// Who expects a success of a route means its server's, which nobody knows. A refusal that is missed may be a protection that is lost.
fn help(out: &mut String, found: &Found, outcome: &Outcome, width: usize) {
    let FoundEnd::Backend { service, .. } = &found.end else {
        return;
    };
    let is_success = |text: &str| text.starts_with("status 2");
    let mut differing = outcome.differing().into_iter();
    if !differing.any(|it| it.what == "status" && is_success(&it.expected)) {
        return;
    }
    let text = format!(
        "  help: `status` is an answer of HAProxy's own, and this request is handed to a server: write `backend: {service}`"
    );
    let mut wrapped = String::new();
    wrap_hanging(&mut wrapped, &visible(&text), 8, width);
    out.push_str(&wrapped.replacen("help:", &style::hint("help:").to_string(), 1));
}

/// Routes that no test met.
fn uncovered(out: &mut String, results: &Results) {
    let mut rows = Vec::new();
    for group in &results.groups {
        let sources = &group.journey.sources;
        for route in group.coverage.routes().iter().filter(|route| !route.met) {
            rows.push(vec![
                visible(&route.host).into_owned(),
                visible(&route.path).into_owned(),
                style::dim(visible(&sources.show(route.origin))).to_string(),
            ]);
        }
    }
    let few = if results.uncovered() { rows.len() } else { FEW };
    let more = rows.len().saturating_sub(few);
    rows.truncate(few);
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nNo test meets:");
    for line in align(&rows) {
        let _ = writeln!(out, "  {line}");
    }
    if more > 0 {
        let _ = writeln!(out, "  and {more} more; --format json lists all");
    }
}
