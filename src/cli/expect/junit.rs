//! The results as `JUnit` XML: a suite a file, a case a test; and one more suite for the coverage, where there is a
//! least one, and for manifests that could not be read.

use std::fmt::Write as _;

use super::results::{Asked, Numbers, Outcome, Results, Suite};
use crate::report::xml;

/// The document.
pub(super) fn results(results: &Results) -> String {
    let Numbers {
        tests,
        failed,
        skipped,
        ..
    } = results.numbers();
    let judged = usize::from(results.min_coverage.is_some());
    let uncovered = usize::from(results.uncovered());
    let unread = usize::from(results.unread() > 0);
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    open(
        &mut out,
        0,
        "testsuites",
        "ingressc test",
        (tests + judged + unread, failed + uncovered, unread, skipped),
    );
    if unread > 0 {
        manifests(&mut out, results);
    }
    for group in &results.groups {
        for suite in &group.suites {
            let numbers = suite.numbers();
            open(
                &mut out,
                2,
                "testsuite",
                &suite.name,
                (numbers.tests, numbers.failed, 0, numbers.skipped),
            );
            for outcome in &suite.outcomes {
                case(&mut out, outcome, suite, group);
            }
            out.push_str("  </testsuite>\n");
        }
    }
    if let Some(least) = results.min_coverage {
        coverage(&mut out, results, least);
    }
    out.push_str("</testsuites>\n");
    out
}

fn open(
    out: &mut String,
    indent: usize,
    element: &str,
    name: &str,
    (tests, failures, errors, skipped): (usize, usize, usize, usize),
) {
    let _ = writeln!(
        out,
        "{:indent$}<{element} name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">",
        "",
        xml(name)
    );
}

fn case(out: &mut String, outcome: &Outcome, suite: &Suite, group: &Asked) {
    let name = match &outcome.name {
        Some(name) => format!("{name}: {}", outcome.title),
        None => outcome.title.clone(),
    };
    let file = xml(&suite.name);
    let line = suite.sources.position(outcome.origin).line;
    let _ = write!(
        out,
        "    <testcase name=\"{}\" classname=\"{file}\" file=\"{file}\" line=\"{line}\"",
        xml(&name)
    );
    if let Some(why) = outcome.skipped {
        let _ = writeln!(
            out,
            ">\n      <skipped message=\"{}\"/>\n    </testcase>",
            xml(why)
        );
        return;
    }
    if !outcome.has_failed() {
        match outcome.reason() {
            None => out.push_str("/>\n"),
            Some(why) => {
                let why = xml(&why);
                let _ = writeln!(
                    out,
                    ">\n      <system-out>{why}</system-out>\n    </testcase>"
                );
            }
        }
        return;
    }
    let lines = lines(outcome, suite, group);
    let text: Vec<String> = lines.iter().map(|line| xml(line)).collect();
    let first = text.first().map_or("", String::as_str);
    let _ = writeln!(
        out,
        ">\n      <failure message=\"{first}\" type=\"expectation\">{}</failure>\n    </testcase>",
        text.join("\n")
    );
}

fn lines(outcome: &Outcome, suite: &Suite, group: &Asked) -> Vec<String> {
    let mut lines = Vec::new();
    for (by, differences) in outcome.differences() {
        for difference in differences {
            lines.push(format!(
                "{}: expected {}, {by} found {} ({})",
                difference.what,
                difference.expected,
                difference.found,
                suite.sources.show(difference.origin)
            ));
        }
    }
    lines.extend(outcome.reason());
    if let Some((found, _)) = &outcome.simulated
        && !found.why.is_empty()
    {
        let place = found.place.map_or_else(String::new, |place| {
            format!(" ({})", group.journey.sources.show(place))
        });
        lines.push(format!("because: {}{place}", found.why));
    }
    lines
}

/// Tests of manifests that could not be read prove nothing.
fn manifests(out: &mut String, results: &Results) {
    open(out, 2, "testsuite", "manifests", (1, 0, 1, 0));
    let mut lines = Vec::new();
    for group in &results.groups {
        let findings = group.journey.judged.findings.iter();
        for finding in findings.filter(|finding| finding.code.is_unread()) {
            let place = finding.labels.first().map_or_else(String::new, |label| {
                format!(" ({})", group.journey.sources.show(label.origin))
            });
            lines.push(xml(&format!("{}{place}", finding.message)));
        }
    }
    let first = lines.first().map_or("", String::as_str);
    let _ = writeln!(
        out,
        "    <testcase name=\"all manifests are read\" classname=\"manifests\">\n      <error message=\"{first}\" type=\"unread\">{}</error>\n    </testcase>\n  </testsuite>",
        lines.join("\n")
    );
}

fn coverage(out: &mut String, results: &Results, least: u8) {
    let (routes, met, percent) = results.coverage();
    let failed = usize::from(results.uncovered());
    open(out, 2, "testsuite", "coverage", (1, failed, 0, 0));
    let name = format!("at least {least} % of the routes are met");
    let said = format!("{met} of {routes} routes are met ({percent} %)");
    let _ = write!(
        out,
        "    <testcase name=\"{}\" classname=\"coverage\"",
        xml(&name)
    );
    if failed == 0 {
        out.push_str("/>\n");
    } else {
        let mut lines = Vec::new();
        for group in &results.groups {
            for route in group.coverage.routes().iter().filter(|route| !route.met) {
                let place = group.journey.sources.show(route.origin);
                lines.push(xml(&format!("{} {} ({place})", route.host, route.path)));
            }
        }
        let _ = writeln!(
            out,
            ">\n      <failure message=\"{}\" type=\"coverage\">{}</failure>\n    </testcase>",
            xml(&said),
            lines.join("\n")
        );
    }
    out.push_str("  </testsuite>\n");
}
