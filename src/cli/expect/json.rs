//! The results as JSON, documented in docs/test.md.

use serde::Serialize;

use super::results::{Asked, Outcome, Results, Suite};
use crate::expect;
use crate::expect::Difference;
use crate::source::{Origin, Sources};

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    tests: usize,
    passed: usize,
    in_part: usize,
    failed: usize,
    skipped: usize,
    unread: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Coverage>,
    files: Vec<File<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    routes: Option<Vec<Route<'r>>>,
}

#[derive(Serialize)]
struct Coverage {
    routes: usize,
    met: usize,
    percent: u8,
    min: Option<u8>,
}

#[derive(Serialize)]
struct File<'r> {
    file: &'r str,
    tests: Vec<Test<'r>>,
}

#[derive(Serialize)]
struct Test<'r> {
    name: Option<&'r str>,
    request: &'r str,
    #[serde(flatten)]
    place: Place,
    result: &'static str,
    reason: Option<String>,
    unknown: Vec<&'r str>,
    simulator: Option<Found<'r>>,
    haproxy: Option<Found<'r>>,
    differences: Vec<Differs<'r>>,
}

#[derive(Serialize)]
struct Found<'r> {
    answer: String,
    certificate: Option<&'r [String]>,
    location: Option<&'r str>,
    why: &'r str,
    place: Option<Place>,
}

#[derive(Serialize)]
struct Differs<'r> {
    by: &'static str,
    what: &'r str,
    expected: &'r str,
    found: &'r str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Route<'r> {
    host: &'r str,
    path: &'r str,
    rule: &'r str,
    met: bool,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: u32,
    column: u32,
}

/// The document.
pub(super) fn results(results: &Results) -> String {
    let numbers = results.numbers();
    let (routes, met, percent) = results.coverage();
    let groups = results.groups.iter();
    let document = Document {
        version: 1,
        tests: numbers.tests,
        passed: numbers.passed,
        in_part: numbers.in_part,
        failed: numbers.failed,
        skipped: numbers.skipped,
        unread: results.unread(),
        coverage: (!results.filtered).then_some(Coverage {
            routes,
            met,
            percent,
            min: results.min_coverage,
        }),
        files: groups.clone().flat_map(files).collect(),
        routes: (!results.filtered).then(|| groups.flat_map(self::routes).collect()),
    };
    crate::text::json(&document)
}

fn files(group: &Asked) -> impl Iterator<Item = File<'_>> {
    group.suites.iter().map(|suite| File {
        file: &suite.name,
        tests: suite
            .outcomes
            .iter()
            .map(|outcome| test(outcome, suite, group))
            .collect(),
    })
}

fn test<'r>(outcome: &'r Outcome, suite: &Suite, group: &Asked) -> Test<'r> {
    let of = |differences: &'r [Difference], by| {
        differences.iter().map(move |difference| (by, difference))
    };
    let differences = outcome
        .differences()
        .flat_map(|(by, differences)| of(differences, by));
    let live = outcome.live.as_ref();
    Test {
        name: outcome.name.as_deref(),
        request: &outcome.title,
        place: place(&suite.sources, outcome.origin),
        result: outcome.result(),
        reason: outcome.reason(),
        unknown: match outcome.live {
            None => outcome.unknown.iter().map(String::as_str).collect(),
            Some(_) => Vec::new(),
        },
        simulator: outcome
            .simulated
            .as_ref()
            .map(|(found, _)| answer(found, group)),
        haproxy: live.and_then(|live| Some(answer(&live.as_ref().ok()?.0, group))),
        differences: differences
            .map(|(by, difference)| Differs {
                by,
                what: &difference.what,
                expected: &difference.expected,
                found: &difference.found,
                place: place(&suite.sources, difference.origin),
            })
            .collect(),
    }
}

fn answer<'r>(found: &'r expect::Found, group: &Asked) -> Found<'r> {
    Found {
        answer: found.end.to_string(),
        certificate: found.certificate.as_deref(),
        location: found.location.as_deref(),
        why: &found.why,
        place: found
            .place
            .map(|origin| place(&group.journey.sources, origin)),
    }
}

fn routes(group: &Asked) -> impl Iterator<Item = Route<'_>> {
    group.coverage.routes().iter().map(|route| Route {
        host: &route.host,
        path: &route.path,
        rule: &route.rule,
        met: route.met,
        place: place(&group.journey.sources, route.origin),
    })
}

fn place(sources: &Sources, origin: Origin) -> Place {
    let position = sources.position(origin);
    Place {
        file: sources.file(origin.file).name.clone(),
        line: position.line,
        column: position.column,
    }
}
