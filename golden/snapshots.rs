//! What a reviewer approves: findings and every file of the bundle, byte for byte, without keys.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use ingressc::emit::BundleFile;
use ingressc::finding::Finding;
use ingressc::report::concise;
use ingressc::source::Sources;

use crate::cases::{folders, name, snapshot_folders};
use crate::pipeline::{self, Compiled};

#[test]
fn every_case_compiles_to_what_was_approved() {
    let mut failed = Vec::new();
    for case in folders() {
        let compiled = pipeline::compile(&case);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("golden")
                .join(name(&case)),
        );
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        for (snapshot, text) in [
            ("findings", findings(&compiled.findings, &compiled.sources)),
            (
                "haproxy.cfg",
                text_of(&compiled.bundle.files["haproxy.cfg"]),
            ),
            ("files", files(&compiled)),
        ] {
            let compare = || insta::assert_snapshot!(snapshot, text);
            // All cases are compared before the test fails, so that one run shows all that changed.
            let compare = std::panic::AssertUnwindSafe(|| settings.bind(compare));
            if std::panic::catch_unwind(compare).is_err() {
                failed.push(format!("{}: {snapshot}", name(&case)));
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} snapshots differ:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn every_snapshot_belongs_to_a_case() {
    let cases: BTreeSet<String> = folders().iter().map(|case| name(case).to_owned()).collect();
    for folder in snapshot_folders() {
        assert!(
            cases.contains(&folder),
            "golden/{folder} has no case in testdata"
        );
    }
}

/// Each finding as `--format concise` prints it, its other places and its help below: a sentence that changes is a change.
fn findings(findings: &[Finding], sources: &Sources) -> String {
    let mut text = String::new();
    for finding in findings {
        text += &concise(std::slice::from_ref(finding), sources);
        for label in finding.labels.iter().skip(1) {
            let place = sources.show(label.origin);
            let _ = writeln!(text, "    {place}: {}", label.message);
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(text, "    help: {help}");
        }
    }
    text
}

/// The other files, each behind a line with its name.
fn files(compiled: &Compiled) -> String {
    let mut text = String::new();
    for (name, file) in &compiled.bundle.files {
        if name != "haproxy.cfg" {
            let mode = if file.private { " (private)" } else { "" };
            let _ = writeln!(text, "==> {name}{mode}\n{}", text_of(file));
        }
    }
    text
}

/// The text, with the bodies of PEM blocks left out: snapshots hold no keys, and of a certificate its place is what matters.
fn text_of(file: &BundleFile) -> String {
    let mut text = String::new();
    let mut inside = false;
    for line in String::from_utf8_lossy(&file.bytes).lines() {
        let begins = line.starts_with("-----BEGIN ");
        inside &= !line.starts_with("-----END ");
        if !inside {
            text += line;
            text += "\n";
        }
        if begins {
            text += "[redacted]\n";
            inside = true;
        }
    }
    text
}
