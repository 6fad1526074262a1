//! `ingressc test`: expectations about routes, asked of the simulator and, if wanted, of a live HAProxy.

mod files;
mod human;
mod json;
mod junit;
mod results;

use std::path::Path;

use self::files::{Group, groups};
use self::results::{Outcome, Results, Suite};
use super::args::{Test, TestFormat};
use super::journey::{Journey, caveats};
use super::settings::Settings;
use super::streams::Streams;
use super::{Exit, Stop};
use crate::expect::{Case, Coverage, Found, cases, judge, unknown};
use crate::live::{Live, LiveError, LiveSettings, ask_case};
use crate::report::visible;

pub(super) fn run(typed: &Test, streams: &mut Streams) -> Result<Exit, Stop> {
    let groups = groups(typed)?;
    let mut results = Results {
        filtered: typed.filter.is_some(),
        min_coverage: typed.min_coverage,
        ..Results::default()
    };
    let mut exit = Exit::Clean;
    for group in groups {
        let Some(mut settings) = group.settle(typed, streams)? else {
            continue;
        };
        let journey = Journey::run(&mut settings, streams)?;
        if let Some(why) = journey.nothing(true) {
            return Err(Stop::new(Exit::Nothing, why));
        }
        caveats(&journey, streams);
        if journey.judged.unread {
            exit = exit.worst(Exit::No);
        }
        let live = match &typed.live {
            Some(binary) => Some(start(binary, &journey, &settings, streams)?),
            None => None,
        };
        let (suites, coverage) = ask_all(&group, &journey, live.as_ref(), typed);
        results.add(journey, suites, coverage);
    }
    if results.is_empty() {
        // Settings or names of files were asked for, and have been printed.
        return Ok(exit);
    }
    let numbers = results.numbers();
    if numbers.tests == 0 {
        let why = match &typed.filter {
            Some(_) => "nothing to do: no test matches --filter",
            None => "nothing to do: there is no test in the files",
        };
        return Err(Stop::new(Exit::Nothing, why));
    }
    match typed.format {
        TestFormat::Human => streams.product(&human::results(&results, Streams::width())),
        TestFormat::Json => streams.product(&json::results(&results)),
        TestFormat::Junit => streams.product(&junit::results(&results)),
    }
    streams.note(&human::tail(&results));
    let failed = numbers.failed > 0 || results.uncovered();
    Ok(exit.worst(if failed { Exit::No } else { Exit::Clean }))
}

/// Asks for all tests of files that share their manifests.
fn ask_all(
    group: &Group,
    journey: &Journey,
    live: Option<&Live>,
    typed: &Test,
) -> (Vec<Suite>, Coverage) {
    let routing = &journey.routing;
    let mut coverage = Coverage::of(routing);
    let mut suites = Vec::new();
    for file in &group.files {
        let mut suite = Suite::new(file);
        for test in &file.expectations.tests {
            let is_wanted = |title: &str| {
                typed.filter.as_deref().is_none_or(|text| {
                    let named = test.name.as_deref();
                    title.contains(text) || named.is_some_and(|name| name.contains(text))
                })
            };
            let cases = cases(test, routing);
            if cases.is_empty() && is_wanted(&Suite::title_of_none(test)) {
                suite.nothing_to_ask(test);
            }
            for case in cases {
                let title = case.title();
                if !is_wanted(&title) {
                    continue;
                }
                let outcome = ask(&case, title, journey, live);
                if outcome.is_asked() {
                    coverage.meet(routing, &case.ask);
                }
                suite.outcomes.push(outcome);
            }
        }
        suites.push(suite);
    }
    (suites, coverage)
}

fn ask(case: &Case<'_>, title: String, journey: &Journey, live: Option<&Live>) -> Outcome {
    let mut outcome = Outcome::new(case, title);
    let expected = &case.test.expected;
    let simulated = Found::simulated(&journey.routing, &case.ask);
    let only_live = case.test.only_live;
    if let Some(live) = live {
        let agrees_with = (!only_live).then_some(&simulated);
        let judged = ask_case(live, case, agrees_with);
        outcome.live = Some(judged.map(|judged| (judged.found, judged.differences)));
    }
    if !only_live {
        let differences = judge(expected, &simulated, case.host.as_deref());
        outcome.unknown = unknown(expected, &case.ask, &simulated);
        outcome.simulated = Some((simulated, differences));
    } else if live.is_none() {
        outcome.skipped = Some("only a live HAProxy can tell");
    }
    outcome
}

/// Starts HAProxy on the routing, on loopback.
fn start(
    binary: &Path,
    journey: &Journey,
    settings: &Settings,
    streams: &mut Streams,
) -> Result<Live, Stop> {
    let emit = &settings.stages.emit;
    let settings = LiveSettings {
        binary,
        target: emit.target,
        include: &emit.include,
        verifies_servers: false,
        environment: &[],
    };
    let live = Live::start(&journey.routing, &journey.sources, &settings).map_err(|error| {
        let text = error.to_string();
        let lines: Vec<_> = text.lines().map(visible).collect();
        let code = match error {
            LiveError::Usage(_) => Exit::Usage,
            LiveError::Fault(_) => Exit::Fault,
        };
        Stop::new(code, format!("error: {}", lines.join("\n  ")))
    })?;
    for note in live.notes() {
        streams.note(&format!("note: {}\n", visible(note)));
    }
    Ok(live)
}
