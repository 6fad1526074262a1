//! Who may know whom: the `use crate::` lines of `src/`, compared with the picture that the layout stands for.

use std::collections::BTreeSet;
use std::path::Path;

/// A room, and the rooms whose names may stand in its non-test code. `cli` and the crate's root may know everybody.
const ALLOWED: &[(&str, &[&str])] = &[
    ("text", &["finding"]),
    ("source", &["finding", "text"]),
    ("finding", &["source"]),
    ("manifest", &["source", "finding"]),
    ("ir", &["source"]),
    ("certificate", &["manifest", "ir", "source", "finding"]),
    (
        "annotations",
        &["certificate", "manifest", "ir", "source", "finding"],
    ),
    (
        "lower",
        &[
            "annotations",
            "certificate",
            "manifest",
            "ir",
            "source",
            "finding",
        ],
    ),
    ("ports", &["ir", "source", "finding"]),
    ("simulate", &["ir", "source", "text"]),
    (
        "trace",
        &[
            "simulate",
            "emit",
            "certificate",
            "lower",
            "manifest",
            "ir",
            "source",
            "finding",
            "text",
        ],
    ),
    ("graph", &["trace", "simulate", "ir", "text"]),
    ("emit", &["ir", "source"]),
    ("write", &["emit", "source"]),
    ("diff", &["simulate", "emit", "ir", "source", "text"]),
    ("expect", &["config", "simulate", "ir", "source", "text"]),
    (
        "live",
        &[
            "expect", "simulate", "emit", "write", "ir", "source", "text",
        ],
    ),
    ("plan", &["certificate", "emit", "ir", "source", "text"]),
    ("runtime", &["plan", "text"]),
    ("redact", &["manifest", "source", "finding"]),
    ("fix", &["source", "finding"]),
    ("report", &["finding", "source", "text"]),
    (
        "lint",
        &[
            "lower",
            "annotations",
            "certificate",
            "manifest",
            "simulate",
            "ir",
            "source",
            "finding",
        ],
    ),
    (
        "config",
        &["annotations", "source", "finding", "ir", "lint", "manifest"],
    ),
];

#[test]
fn rooms_know_only_whom_they_may() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut edges = BTreeSet::new();
    for file in &files {
        let path = file.strip_prefix(&source).expect("below src");
        let first = path.iter().next().expect("not empty").to_string_lossy();
        let room = first.trim_end_matches(".rs").to_owned();
        let tests = ["tests.rs", "testing.rs", "example.rs"]
            .iter()
            .any(|name| path.ends_with(name));
        if tests
            || matches!(
                room.as_str(),
                "main" | "lib" | "settings" | "shared" | "cli"
            )
        {
            continue;
        }
        let text = std::fs::read_to_string(file).expect("readable");
        // Tests may use another room's examples, and comments may point anywhere.
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let code: Vec<&str> = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        let text = code.join("\n");
        for part in text.split("crate::").skip(1) {
            // `use crate::{ir, source}` names rooms in braces; elsewhere the room is the next word.
            let named = match part.strip_prefix('{') {
                Some(list) => list
                    .split('}')
                    .next()
                    .unwrap_or_default()
                    .split(',')
                    .collect(),
                None => vec![part],
            };
            for name in named {
                let end = |c: char| !(c.is_alphanumeric() || c == '_');
                let to = name.trim().split(end).next().unwrap_or_default().to_owned();
                edges.insert((room.clone(), to, path.display().to_string()));
            }
        }
    }
    let rooms: BTreeSet<&str> = ALLOWED
        .iter()
        .map(|(room, _)| *room)
        .chain(["cli"])
        .collect();
    let allowed = |from: &str, to: &str| {
        let list = ALLOWED
            .iter()
            .find(|(room, _)| *room == from)
            .map(|(_, list)| *list);
        from == to || list.is_some_and(|list| list.contains(&to))
    };
    let wrong: Vec<_> = edges
        .iter()
        .filter(|(from, to, _)| rooms.contains(to.as_str()) && !allowed(from, to))
        .collect();
    assert!(
        wrong.is_empty(),
        "edges that the picture does not have: {wrong:#?}"
    );
    let known = (
        "simulate".to_owned(),
        "ir".to_owned(),
        "simulate/mod.rs".to_owned(),
    );
    assert!(edges.contains(&known), "the test reads no edges: {edges:?}");
}

fn rust_files(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}
