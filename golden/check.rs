//! The findings judged from outside: every folder of `testdata/check` is read as `ingressc check` reads it. `expect.txt` says
//! which findings there are and where; a snapshot shows what a person is told about them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ingressc::finding::{Finding, Levels, Severity, Sink};
use ingressc::source::{self, Inputs, Sources};
use ingressc::{compile, report};

use crate::cases::name;
use crate::pipeline;

/// The folders of `testdata/check`, sorted, as seen from the root of the package, which is where tests run.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("testdata/check")
        .expect("testdata/check is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "no case in testdata/check");
    folders
}

/// What `ingressc check` finds in a folder without `--pedantic`.
fn check(case: &Path) -> (Sources, Vec<Finding>) {
    let inputs = Inputs {
        paths: vec![case.display().to_string()],
        ..Inputs::default()
    };
    let (sources, collected) = source::collect(&inputs).expect("the case is read");
    let mut settings = pipeline::defaults();
    settings.lower.endpoints.placeholders = true;
    let mut sink = Sink::new(Levels::default());
    sink.extend(collected);
    sink.extend(compile(&sources, &settings).findings);
    let mut findings = sink.into_findings();
    findings.retain(|finding| finding.severity > Severity::Pedantic);
    (sources, findings)
}

/// `CODE file:line:column`, one a line; the file is named as seen from the case.
fn places(case: &Path, sources: &Sources, findings: &[Finding]) -> String {
    let folder = format!("{}/", case.display());
    findings.iter().fold(String::new(), |mut text, finding| {
        let place = finding.origin().map(|origin| sources.show(origin));
        let place = place.unwrap_or_else(|| "-".to_owned());
        let place = place.strip_prefix(&folder).unwrap_or(&place);
        let _ = writeln!(text, "{} {place}", finding.code);
        text
    })
}

#[test]
fn every_case_has_the_findings_of_its_expect_txt_and_no_others() {
    let mut complaints = String::new();
    for case in folders() {
        let (sources, findings) = check(&case);
        let found = places(&case, &sources, &findings);
        let expected =
            std::fs::read_to_string(case.join("expect.txt")).expect("a case has an expect.txt");
        if found != expected {
            let _ = writeln!(
                complaints,
                "{}: expected\n{expected}found\n{found}",
                name(&case)
            );
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn every_case_tells_people_what_was_approved() {
    let mut failed = Vec::new();
    for case in folders() {
        let (sources, findings) = check(&case);
        let text = plain(&report::human(&findings, &sources, 100));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("golden/check")
                .join(name(&case)),
        );
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let compare = || insta::assert_snapshot!("human", text);
        // All cases are compared before the test fails, so that one run shows all that changed.
        let compare = std::panic::AssertUnwindSafe(|| settings.bind(compare));
        if std::panic::catch_unwind(compare).is_err() {
            failed.push(name(&case).to_owned());
        }
    }
    assert!(failed.is_empty(), "these differ: {}", failed.join(", "));
}

#[test]
fn every_snapshot_of_findings_belongs_to_a_case() {
    let cases: BTreeSet<String> = folders().iter().map(|case| name(case).to_owned()).collect();
    for entry in std::fs::read_dir("golden/check").expect("there are snapshots") {
        let folder = entry.expect("readable").file_name();
        let folder = folder.to_string_lossy();
        assert!(
            cases.contains(&*folder),
            "golden/check/{folder} has no case in testdata/check"
        );
    }
}

/// Text without colour codes. Nothing else in it holds an escape character: reports make those visible.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split("\x1b[").enumerate() {
        let part = match index {
            0 => part,
            _ => part.split_once('m').map_or(part, |(_, rest)| rest),
        };
        out += part;
    }
    out
}
