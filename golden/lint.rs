//! Rules judged from outside, each twice. The examples of its page are run: the bad one is reported once, the good one is silent.
//! And its folder in `testdata/lint` holds longer cases: a snapshot shows what a person reads, and what `--fix` would do.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use ingressc::finding::{Code, FixKind, Severity};
use ingressc::lint;
use serde_json::Value;

use crate::check::plain;

/// The day on which certificates and suppressions are judged.
const NOW: &str = "2027-06-01";

/// Files of an example, by name, and what else may be reported of them.
#[derive(Default)]
struct Example {
    files: Vec<(String, String)>,
    /// Links, by name, and where they lead.
    links: Vec<(String, String)>,
    also: BTreeSet<String>,
    /// Without the objects of `testdata/lint/base.yaml`.
    alone: bool,
    /// Told by `ingressc compile`, which writes to the folder `build` of a work tree of git.
    compile: bool,
}

impl Example {
    /// The fences of a page whose second word is `which`, as one example.
    fn of(page: &str, which: &str) -> Option<Self> {
        let mut example = Self::default();
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```") else {
                continue;
            };
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let mut words = info.split(' ');
            let language = words.next().unwrap_or_default();
            if words.next() != Some(which) {
                continue;
            }
            let mut name = "manifests.yaml".to_owned();
            for word in words {
                match word.strip_prefix("also=") {
                    Some(codes) => example.also.extend(codes.split(',').map(str::to_owned)),
                    None if word == "alone" => example.alone = true,
                    None if word == "compile" => example.compile = true,
                    None => word.clone_into(&mut name),
                }
            }
            let mut text = body.join("\n") + "\n";
            if language == "escaped" {
                text = text.replace("\\t", "\t");
            }
            if language == "symlink" {
                example.links.push((name, body.join("\n")));
                continue;
            }
            example.files.push((name, text));
        }
        (!(example.files.is_empty() && example.links.is_empty())).then_some(example)
    }

    /// The findings of `ingressc check`, or of `ingressc compile`, as JSON.
    fn check(&self, pedantic: bool) -> Vec<Value> {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("below")).expect("made");
            std::fs::write(path, bytes).expect("written");
        };
        for (name, text) in &self.files {
            // A byte that is no UTF-8 cannot stand in a page: it is written as an escape there.
            let bytes = match text.split_once("\\xE9") {
                None => text.clone().into_bytes(),
                Some((before, after)) => [before.as_bytes(), b"\xe9", after.as_bytes()].concat(),
            };
            write(name, &bytes);
        }
        for (name, target) in &self.links {
            symlink(target, folder.path().join(name)).expect("linked");
        }
        if !self.alone {
            for (name, text) in self.base() {
                write(&name, text.as_bytes());
            }
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_ingressc"));
        if self.compile {
            git_init(folder.path());
            command.args(["compile", "-o", "build", "--quiet"]);
        } else {
            command.arg("check");
        }
        command
            .args(["--format", "json", "--now", NOW])
            .args(pedantic.then_some("--pedantic"))
            .current_dir(folder.path())
            .env_remove("INGRESSC_CONFIG");
        if !self.files.iter().any(|(name, _)| name == "ingressc.yaml") {
            command.args(["--no-config", "."]);
        }
        let output = command.output().expect("the program runs");
        let said = if self.compile {
            &output.stderr
        } else {
            &output.stdout
        };
        // What follows the document says why nothing was written.
        let document = serde_json::Deserializer::from_slice(said)
            .into_iter::<Value>()
            .next();
        let Some(Ok(document)) = document else {
            panic!("no findings: {}", String::from_utf8_lossy(&output.stderr));
        };
        let findings = document["findings"].as_array().expect("a list");
        findings.clone()
    }

    /// The objects that examples may refer to without showing them, but for those that this one has itself.
    fn base(&self) -> Vec<(String, String)> {
        let own: BTreeSet<String> = self
            .files
            .iter()
            .flat_map(|(_, text)| text.split("\n---\n"))
            .filter_map(|text| identity(&serde_yaml::from_str(text).ok()?))
            .collect();
        let base = std::fs::read_to_string("testdata/lint/base.yaml").expect("the base");
        let objects = base.split("\n---\n").map(|text| {
            let object = serde_yaml::from_str(text).expect("an object");
            (identity(&object).expect("an object"), format!("{text}\n"))
        });
        objects
            .filter(|(identity, _)| !own.contains(identity))
            .map(|(identity, text)| (format!("base/{}.yaml", identity.replace('/', "-")), text))
            .collect()
    }
}

/// Makes a folder a work tree.
fn git_init(folder: &Path) {
    let git = Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(folder)
        .env_remove("GIT_DIR")
        .status();
    assert!(git.expect("git runs").success());
}

/// `Kind/namespace/name`.
fn identity(object: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let meta = &object["metadata"];
    let (kind, name) = (text(&object["kind"])?, text(&meta["name"])?);
    let namespace = text(&meta["namespace"]).unwrap_or_default();
    Some(format!("{kind}/{namespace}/{name}"))
}

/// `CODE file:line`, one a line.
fn told(findings: &[Value]) -> String {
    findings.iter().fold(String::new(), |mut out, finding| {
        let place = &finding["places"][0];
        let _ = writeln!(
            out,
            "  {} {}:{} {}",
            finding["code"].as_str().unwrap_or_default(),
            place["file"].as_str().unwrap_or("-"),
            place["start"]["line"],
            finding["message"].as_str().unwrap_or_default()
        );
        out
    })
}

/// What is wrong with the examples of a page.
fn complaints(code: Code) -> Vec<String> {
    let pedantic = code.severity() == Severity::Pedantic;
    let page = code.page();
    let mut complaints = Vec::new();
    match Example::of(&page, "bad") {
        None => complaints.push("has no bad example".to_owned()),
        Some(example) => {
            let findings = example.check(pedantic);
            let is_own = |finding: &&Value| finding["code"] == code.to_string();
            let own = findings.iter().filter(is_own).count();
            let others = findings.iter().filter(|finding| {
                !is_own(finding)
                    && !example
                        .also
                        .contains(finding["code"].as_str().unwrap_or(""))
            });
            if own != 1 || others.count() != 0 {
                complaints.push(format!("the bad example is told of:\n{}", told(&findings)));
            }
            for other in &example.also {
                if !findings.iter().any(|finding| finding["code"] == *other) {
                    complaints.push(format!("the bad example is not told of {other}"));
                }
            }
        }
    }
    match Example::of(&page, "good") {
        None => complaints.push("has no good example".to_owned()),
        Some(example) => {
            let findings = example.check(pedantic);
            if !findings.is_empty() {
                complaints.push(format!("the good example is told of:\n{}", told(&findings)));
            }
        }
    }
    complaints
}

/// The rules whose code or name contains `CASE`; all of them without it.
fn rules() -> impl Iterator<Item = Code> {
    let part = std::env::var("CASE").unwrap_or_default();
    lint::codes()
        .filter(move |code| code.name().contains(&part) || code.to_string().contains(&part))
}

#[test]
fn the_examples_of_every_page_are_told_of_as_the_page_says() {
    let mut out = String::new();
    for code in rules() {
        for complaint in complaints(code) {
            let _ = writeln!(out, "{code} {}: {complaint}", code.name());
        }
    }
    assert!(out.is_empty(), "{out}");
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let (path, name) = entry
            .map(|entry| (entry.path(), entry.file_name()))
            .expect("readable");
        if path.is_dir() {
            copy_folder(&path, &to.join(name));
        } else {
            std::fs::copy(path, to.join(name)).expect("copied");
        }
    }
}

/// Runs `ingressc compile` on a copy of a rule's folder in a work tree of git, and returns what is seen.
fn run_compile(folder: &Path, input: &[&str]) -> String {
    let copy = tempfile::tempdir().expect("a folder");
    copy_folder(folder, copy.path());
    git_init(copy.path());
    let more = [&["-o", "build"], input].concat();
    run(copy.path(), "compile", false, &more)
}

/// Runs `ingressc` in a rule's folder, as a person would, and returns what is seen.
fn run(folder: &Path, command: &str, pedantic: bool, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ingressc"))
        .args([command, "--color", "never", "--now", NOW])
        .args(pedantic.then_some("--pedantic"))
        .args(more)
        .current_dir(folder)
        .env_remove("INGRESSC_CONFIG")
        .env("COLUMNS", "100")
        .output()
        .expect("the program runs");
    let shown = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
    plain(&shown.concat())
}

#[test]
fn every_rule_tells_people_what_was_approved() {
    let mut failed = Vec::new();
    for code in rules() {
        let folder = Path::new("testdata/lint").join(code.name());
        if !folder.is_dir() {
            failed.push(format!("{} has no folder", folder.display()));
            continue;
        }
        let pedantic = code.severity() == Severity::Pedantic;
        let input: &[&str] = if folder.join("ingressc.yaml").exists() {
            &[]
        } else {
            &["."]
        };
        let of_compile = Example::of(&code.page(), "bad").is_some_and(|bad| bad.compile);
        let human = if of_compile {
            run_compile(&folder, input)
        } else {
            run(&folder, "check", pedantic, input)
        };
        if !human.contains(&format!("[{code}]")) {
            failed.push(format!("{}: {code} is not reported:\n{human}", code.name()));
        }
        let mut shown = vec![("human", human)];
        if code.rule().fix != FixKind::None {
            let fixed = run(
                &folder,
                "check",
                pedantic,
                &[&["--fix=all", "--diff"], input].concat(),
            );
            shown.push(("fixed", fixed));
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("golden/lint")
                .join(code.name()),
        );
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        for (name, text) in shown {
            let compare = || insta::assert_snapshot!(name, text);
            // All rules are compared before the test fails, so that one run shows all that changed.
            let compare = std::panic::AssertUnwindSafe(|| settings.bind(compare));
            if std::panic::catch_unwind(compare).is_err() {
                failed.push(format!("{}: {name} differs", code.name()));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_folder_and_every_snapshot_belongs_to_a_rule() {
    let names: BTreeSet<&str> = lint::codes().map(Code::name).collect();
    for folder in ["testdata/lint", "golden/lint"] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("readable");
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_rule = names.contains(name.as_str());
            assert!(
                is_rule || name == "base.yaml",
                "{folder}/{name} belongs to no rule"
            );
        }
    }
}
