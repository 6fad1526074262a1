//! What holds for every rule, and the documents that are made of all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::rules;
use crate::finding::{Code, FixKind};
use crate::fresh::fresh;

/// Numbers that some version gave to a rule that is no more. None of them is given again.
const RETIRED: [u16; 0] = [];

/// Titles of the groups in the table, by the first digit.
const GROUPS: [(&str, &str); 10] = [
    ("syntax", "Syntax"),
    ("schema", "Schema"),
    ("references", "References"),
    ("routing", "Routing"),
    ("tls", "TLS"),
    ("security", "Security"),
    ("annotations", "Annotations"),
    ("portability", "Portability"),
    ("limits", "Limits"),
    ("style", "Style and suppressions"),
];

fn group(code: Code) -> usize {
    usize::from(code.rule().number / 100)
}

#[test]
fn rules_are_sorted_and_have_names_of_their_own() {
    let codes: Vec<Code> = super::codes().collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let names: BTreeSet<_> = codes.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), codes.len());
    for code in codes {
        assert!(
            !RETIRED.contains(&code.rule().number),
            "{code} is taken again"
        );
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(code.name().chars().all(kebab), "{}", code.name());
    }
}

#[test]
fn a_rule_is_found_by_number_and_by_name() {
    assert_eq!(super::find("ing301"), Some(Code::DUPLICATE_ROUTE));
    assert_eq!(super::find("duplicate-route"), Some(Code::DUPLICATE_ROUTE));
    assert_eq!(super::find("ING999"), None);
    assert_eq!(Code::DUPLICATE_ROUTE.to_string(), "ING301");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the rules are files")]
fn every_rule_is_a_file_of_its_name_in_the_folder_of_its_group() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules");
    let mut files = BTreeSet::new();
    for (name, _) in GROUPS {
        for entry in std::fs::read_dir(folder.join(name)).expect("a folder") {
            let path = entry.expect("readable").path();
            if path.file_name().is_some_and(|file| file != "mod.rs") {
                files.insert(path.strip_prefix(&folder).expect("below").to_owned());
            }
        }
    }
    let expected: BTreeSet<PathBuf> = super::codes()
        .map(|code| {
            let name = code.name().replace('-', "_");
            Path::new(GROUPS[group(code)].0).join(format!("{name}.rs"))
        })
        .collect();
    assert_eq!(files, expected);
}

#[test]
fn every_page_opens_with_its_code_and_says_something() {
    for code in super::codes() {
        let page = code.page();
        let mut lines = page.lines();
        let heading = format!("# {code} {}", code.name());
        assert_eq!(lines.next(), Some(heading.as_str()));
        assert_eq!(lines.next(), Some(""), "{code}");
        let words = lines.flat_map(str::split_whitespace).count();
        assert!(words >= 20, "{code}: {words} words");
    }
}

#[test]
fn sources_are_written_as_they_are_looked_up() {
    for code in super::codes() {
        for source in code.rule().sources {
            let issue = source.split_once('#').is_some_and(|(repository, number)| {
                repository.contains('/') && number.parse::<u32>().is_ok()
            });
            let tool = source
                .split_once(' ')
                .is_some_and(|(tool, _)| ["istio", "gixy"].contains(&tool));
            let advisory = source.starts_with("CVE-") || source.starts_with("GHSA-");
            let standard = source.starts_with("RFC ") || source.starts_with("KEP-");
            assert!(issue || tool || advisory || standard, "{code}: {source}");
        }
    }
}

/// `docs/rules.md`: all rules, by group, each with a link to its page.
fn table() -> String {
    let mut groups: BTreeMap<usize, Vec<Code>> = BTreeMap::new();
    for lint in rules() {
        groups.entry(group(lint.code)).or_default().push(lint.code);
    }
    let mut out = String::from(
        "# Rules\n\nEverything that `ingressc check` may say. `ingressc explain ING301` or `ingressc explain duplicate-route` prints a page in the\n\
         terminal, `ingressc rules --format json` all of them for programs. The severity is that where nothing is configured; to change it, write\n\
         `rules: {ING402: {level: error}}` into `ingressc.yaml`.\n\n\
         *Fix*: what `--fix` mends is `safe`; what only `--fix=all` mends, because somebody has to look at it, is `unsafe`.\n\
         *Mute*: rules that protect cannot be muted by a comment or an annotation, only by the configuration.\n",
    );
    for (group, codes) in groups {
        let _ = write!(
            out,
            "\n## ING{group}xx {}\n\n| Code | Name | Severity | Fix | Mute | What it catches |\n|---|---|---|---|---|---|\n",
            GROUPS[group].1
        );
        for code in codes {
            let rule = code.rule();
            let fix = match rule.fix {
                FixKind::None => "",
                kind => kind.name(),
            };
            let mute = if rule.ignorable { "" } else { "configuration" };
            let summary = rule.summary.replace('|', "\\|");
            let _ = writeln!(
                out,
                "| [{code}](rules/{code}.md) | {} | {} | {fix} | {mute} | {summary} |",
                rule.name,
                rule.severity.name()
            );
        }
    }
    out
}

/// A page as it is published: what `explain` prints, and what the table says.
fn published(code: Code) -> String {
    let rule = code.rule();
    let mut out = rule.page();
    let _ = write!(out, "\n---\n\nSeverity: {}. ", rule.severity.name());
    out.push_str(match rule.fix {
        FixKind::None => "",
        FixKind::Safe => "Mended by `--fix`. ",
        FixKind::Unsafe => "Mended by `--fix=all`: look at what it did. ",
    });
    if !rule.ignorable {
        out.push_str("Muted by the configuration only. ");
    }
    let _ = writeln!(out, "Since {}.", rule.since);
    if !rule.sources.is_empty() {
        let sources: Vec<String> = rule.sources.iter().map(|source| link(source)).collect();
        let _ = writeln!(out, "\nSeen in: {}.", sources.join(", "));
    }
    out.push_str("\n[All rules](../rules.md)\n");
    out
}

fn link(source: &str) -> String {
    if let Some((repository, number)) = source.split_once('#') {
        return format!("[{source}](https://github.com/{repository}/issues/{number})");
    }
    if source.starts_with("CVE-") {
        return format!("[{source}](https://www.cve.org/CVERecord?id={source})");
    }
    source.to_owned()
}

#[test]
fn the_table_of_rules_is_fresh() {
    fresh("docs/rules.md", "lint", |_| table());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the pages are files")]
fn the_pages_of_rules_are_fresh() {
    let mut expected = BTreeSet::new();
    for code in super::codes() {
        let file = format!("{code}.md");
        fresh(&format!("docs/rules/{file}"), "lint", |_| published(code));
        expected.insert(file);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let file = entry.expect("readable").file_name();
        let file = file.to_string_lossy();
        assert!(
            expected.contains(&*file),
            "docs/rules/{file} is no rule's page"
        );
    }
}
