//! All formats of findings, on stdout and in files: what programs read is well-formed, and no format changes the answer.

use std::collections::BTreeSet;

use jsonschema::Validator;
use roxmltree::Document;
use serde_json::{Value, json};

use crate::run::{Folder, WEB, command};

pub(crate) const FORMATS: [&str; 9] = [
    "human", "concise", "json", "json-v1", "sarif", "github", "gitlab", "junit", "markdown",
];

/// What can become of a run, and each flag that has a say in it.
const RUNS: &[&str] = &[
    "check clean.yaml",
    "check warning.yaml",
    "check error.yaml",
    "check unread.yaml",
    "check error.yaml warning.yaml unread.yaml symbolic.yaml",
    "check other.yaml",
    "check no-*.yaml",
    "check missing.yaml",
    "check clean.yaml --frobnicate",
    "check clean.yaml --config bad.yaml",
    "check warning.yaml --fail-on warning",
    "check warning.yaml --fail-on info --min-severity error",
    "check error.yaml --min-severity error",
    "check error.yaml --select ING4",
    "check error.yaml --select ING002",
    "check error.yaml --ignore ING002",
    "check error.yaml --ignore ING002 --pedantic",
    "check unread.yaml --select ING4",
    "check warning.yaml --config strict.yaml",
    "check error.yaml --config lax.yaml",
    "check error.yaml --set rules.ING002.level=info",
    "check error.yaml --set rules.ING002.level=off",
    "check warning.yaml --set rules.class-missing.level=error",
    "check error.yaml --exit-zero",
    "check error.yaml --silent",
    "check error.yaml --quiet",
    "check clean.yaml --class nginx",
    "compile clean.yaml -o out",
    "compile error.yaml -o never",
    "compile error.yaml -o kept --keep-going",
    "compile clean.yaml -o -",
];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("bad.yaml", "versoin: 1\n");
    folder.file("strict.yaml", "rules: {fail-on: warning}\n");
    folder.file("lax.yaml", "rules: {ING002: {level: warning}}\n");
    folder
}

#[test]
fn the_format_never_changes_the_exit_code() {
    let folder = folder();
    for run in RUNS {
        let human = folder.run(run);
        for format in FORMATS {
            let ran = folder.run(&format!("{run} --format {format}"));
            assert_eq!(ran.code, human.code, "{run} --format {format}\n{}", ran.err);
            let report = format!("{run} --report {format}=report.txt");
            let ran = folder.run(&report);
            assert_eq!(ran.code, human.code, "{report}\n{}", ran.err);
            assert_eq!(ran.out, human.out, "{report}");
        }
        let counted = folder.run(&format!("{run} --statistics"));
        assert_eq!(counted.code, human.code, "{run} --statistics");
    }
}

#[test]
fn a_report_is_what_the_format_prints() {
    let folder = folder();
    for run in [
        "clean.yaml",
        "error.yaml warning.yaml unread.yaml",
        "other.yaml",
    ] {
        for format in FORMATS {
            let printed = folder.run(&format!("check {run} --format {format}")).out;
            folder.run(&format!(
                "check {run} --silent --report {format}=report.txt"
            ));
            let written = std::fs::read_to_string(folder.path("report.txt")).expect("written");
            assert_eq!(written, printed, "{run} {format}");
            let both = folder.run(&format!("check {run} --quiet --report {format}=-"));
            assert_eq!(both.out, printed, "{run} {format}");
            let human = folder.run(&format!("check {run}")).out;
            assert!(both.err.starts_with(&human), "{run} {format}: {}", both.err);
        }
    }
}

fn schema(text: &str) -> Validator {
    let schema = serde_json::from_str(text).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn programs_can_read_what_is_written_for_them() {
    let folder = folder();
    folder.file(
        "deploy/a b & <é>,%.yaml",
        &WEB.replace("shop.example.com", "\"]]> ::error::\\e @all\""),
    );
    let json = schema(include_str!("../../docs/schema/report.json"));
    // As published it has a bracket too many in the pattern of languages, and is no schema.
    let published = include_str!("../schema/sarif-2.1.0.json");
    let sarif = schema(&published.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$"));
    for run in [
        "clean.yaml",
        "error.yaml warning.yaml unread.yaml",
        "deploy",
        "- --stdin-filename x",
    ] {
        let print = |format: &str| {
            let arguments = format!("check {run} --pedantic --format {format}");
            folder.run(&arguments).out
        };
        let parse = |format: &str| -> Value { serde_json::from_str(&print(format)).expect("JSON") };
        let report = parse("json-v1");
        let wrong: Vec<_> = json.iter_errors(&report).map(|it| it.to_string()).collect();
        assert!(wrong.is_empty(), "{run}: {wrong:?}");
        let found = report["findings"].as_array().expect("a list").len();

        let log = parse("sarif");
        let wrong: Vec<_> = sarif.iter_errors(&log).map(|it| it.to_string()).collect();
        assert!(wrong.is_empty(), "{run}: {wrong:?}");
        assert_eq!(
            log["runs"][0]["results"].as_array().map(Vec::len),
            Some(found),
            "{run}"
        );

        let issues = parse("gitlab");
        let issues = issues.as_array().expect("a list");
        let unique: BTreeSet<_> = issues.iter().map(|it| it["fingerprint"].as_str()).collect();
        assert_eq!((issues.len(), unique.len()), (found, found), "{run}");

        let text = print("junit");
        let document = Document::parse(&text).expect("XML");
        let cases = document
            .descendants()
            .filter(|node| node.has_tag_name("testcase"));
        assert_eq!(cases.count(), found.max(1), "{run}");

        let commands = print("github");
        let commands = commands.lines().filter(|line| line.starts_with("::"));
        assert_eq!(commands.count(), found.min(10), "{run}");
    }
}

#[test]
fn names_are_seen_from_the_root_of_the_repository() {
    let folder = folder();
    folder.file(
        "edge/ams/web.yaml",
        &WEB.replace("  ingressClassName: haproxy\n", ""),
    );
    let run = |format: &str, path: &str| {
        let output = command(&folder.path("edge"))
            .args(["check", path, "--format", format])
            .output()
            .expect("the binary runs");
        String::from_utf8(output.stdout).expect("text")
    };
    let absolute = std::fs::canonicalize(folder.path("edge/ams")).expect("there");
    for path in [
        "ams",
        "./ams/web.yaml",
        "../edge/ams",
        absolute.to_str().expect("text"),
    ] {
        for (format, named) in [
            ("github", "::warning file=edge/ams/web.yaml,line=4,"),
            ("gitlab", "\"path\": \"edge/ams/web.yaml\""),
            ("sarif", "\"uri\": \"edge/ams/web.yaml\""),
            ("junit", "<testsuite name=\"edge/ams/web.yaml\""),
            ("markdown", "`edge/ams/web.yaml`\n"),
        ] {
            let text = run(format, path);
            assert!(text.contains(named), "{path} {format}: {text}");
        }
    }
    assert!(run("concise", "ams").starts_with("ams/web.yaml:4:"));
}

#[test]
fn standard_input_is_no_file_of_the_repository() {
    let folder = folder();
    let web = WEB.replace("  ingressClassName: haproxy\n", "");
    let run = |arguments: &[&str]| {
        folder
            .run_with(&[&["check", "-"], arguments].concat(), &[], &web)
            .out
    };
    assert!(run(&["--format", "github"]).starts_with("::warning line=4,"));
    let log: Value = serde_json::from_str(&run(&["--format", "sarif"])).expect("JSON");
    let artifact = &log["runs"][0]["artifacts"][0]["location"];
    assert_eq!(artifact, &json!({"uri": "%3Cstdin%3E", "index": 0}));
    assert!(!run(&["--format", "markdown"]).contains("]("));
    let named = run(&["--format", "github", "--stdin-filename", "shop.yaml"]);
    assert!(
        named.starts_with("::warning file=shop.yaml,line=4,"),
        "{named}"
    );
}

#[test]
fn a_run_that_could_not_read_everything_says_so_in_sarif() {
    let folder = folder();
    for (files, read) in [("error.yaml", true), ("clean.yaml unread.yaml", false)] {
        let ran = folder.run(&format!("check {files} --format sarif"));
        let log: Value = serde_json::from_str(&ran.out).expect("JSON");
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], read, "{files}");
    }
}

#[test]
fn no_list_of_files_opens_as_a_command() {
    let folder = folder();
    folder.file("::error::a.yaml", WEB);
    let ran = folder.run("check --show-files .");
    let mut lines = ran.out.lines();
    assert!(lines.any(|line| line == "./::error::a.yaml"), "{}", ran.out);
}

#[test]
fn one_run_writes_several_reports() {
    let folder = folder();
    let ran = folder.run(
        "check error.yaml --format github --report sarif=a.sarif --report junit=b.xml --report human=c.txt --color always",
    );
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(
        ran.out.starts_with("::error file=error.yaml,"),
        "{}",
        ran.out
    );
    let read = |name: &str| std::fs::read_to_string(folder.path(name)).expect("written");
    assert!(read("a.sarif").contains("\"version\": \"2.1.0\""));
    assert!(read("b.xml").contains("ING002"));
    assert!(
        read("c.txt").starts_with("error[ING002] duplicate-key: "),
        "no colour in a file"
    );
}

#[test]
fn a_report_that_is_refused_says_why() {
    let folder = folder();
    for (arguments, why) in [
        (
            "check clean.yaml --report sarif",
            "FORMAT=FILE, such as sarif=report.sarif",
        ),
        (
            "check clean.yaml --report xml=a",
            "a format is one of human, concise, json, json-v1, sarif",
        ),
        (
            "check clean.yaml --report sarif=a --report junit=a",
            "two reports would be written to `a`",
        ),
        (
            "check clean.yaml --report sarif=- --report junit=-",
            "two reports would be written to `-`",
        ),
        (
            "compile clean.yaml -o - --report sarif=-",
            "standard output, which is taken",
        ),
        (
            "check clean.yaml --report json=clean.yaml",
            "`clean.yaml` is an input",
        ),
        (
            "check clean.yaml --report json=no/a.json",
            "writing no/a.json: no such file",
        ),
    ] {
        let ran = folder.run(arguments);
        assert!(ran.err.contains(why), "{arguments}: {}", ran.err);
    }
    let kept = std::fs::read_to_string(folder.path("clean.yaml")).expect("there");
    assert_eq!(kept, WEB);
}

#[test]
fn reports_among_the_manifests_are_not_read() {
    let folder = folder();
    folder.file(
        "deploy/web.yaml",
        &WEB.replace("  ingressClassName: haproxy\n", ""),
    );
    let run = "check deploy --report sarif=deploy/a.json --report json-v1=deploy/b.json --report gitlab=deploy/c.json";
    let first = folder.run(run);
    assert!(
        first.out.contains("ING110") && first.code == Some(0),
        "{}",
        first.err
    );
    let second = folder.run(run);
    assert_eq!((&second.out, &second.err), (&first.out, &first.err));
    assert_eq!(folder.run("check deploy").err, first.err);
    // One that is named is what it is.
    assert!(folder.run("check deploy/b.json").out.contains("ING013"));
    let mistaken = folder.run("check deploy --report junit=deploy/web.yaml");
    assert_eq!(mistaken.code, Some(2), "{}", mistaken.err);
}

#[test]
fn what_hides_findings_hides_them_in_every_format() {
    let folder = folder();
    for flags in [
        "--ignore ING002",
        "--select ING4",
        "--set rules.ING002.level=off",
        "--config off.yaml",
    ] {
        folder.file("off.yaml", "rules: {duplicate-key: {level: off}}\n");
        for format in FORMATS {
            let ran = folder.run(&format!("check error.yaml {flags} --format {format}"));
            assert_eq!(ran.code, Some(0), "{flags} {format}");
            assert!(!ran.out.contains("ING002"), "{flags} {format}: {}", ran.out);
        }
    }
    for format in FORMATS {
        let ran = folder.run(&format!(
            "check warning.yaml --min-severity error --fail-on warning --format {format}"
        ));
        assert_eq!(ran.code, Some(1), "{format}");
        assert!(!ran.out.contains("ING110"), "{format}: {}", ran.out);
        let lowered =
            format!("check error.yaml --set rules.ING002.level=warning --format {format}");
        assert!(
            !folder.run(&lowered).out.contains("error[ING002]"),
            "{format}"
        );
    }
}
