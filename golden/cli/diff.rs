//! What changes for traffic, as the binary tells it: every case of `testdata/diff` in three formats, revisions of git, standard input,
//! bundles, and what cannot be compared.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::run::{Folder, Ran, WEB, command};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The cases, each with a folder `base` and a folder `head`.
fn cases() -> Vec<String> {
    let folder = Path::new(ROOT).join("testdata/diff");
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("readable").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn in_case(case: &str, arguments: &str) -> Ran {
    let folder = Path::new(ROOT).join("testdata/diff").join(case);
    let output = command(&folder)
        .arg("diff")
        .args(arguments.split_whitespace())
        .output()
        .expect("the binary runs");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

#[test]
fn every_case_is_told_as_approved() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(ROOT).join("golden/diff"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for case in cases() {
        let told: Vec<String> = ["human", "markdown", "json"]
            .iter()
            .map(|format| {
                let ran = in_case(&case, &format!("base head --format {format}"));
                assert_eq!(ran.code, Some(0), "{case}: {}", ran.err);
                let notes = if *format == "human" {
                    ran.err
                } else {
                    String::new()
                };
                format!("{notes}{}", ran.out)
            })
            .collect();
        settings.bind(|| insta::assert_snapshot!(case.as_str(), told.join("\n----\n")));
    }
}

#[test]
fn a_case_told_backwards_is_empty_when_it_is_empty() {
    for case in cases() {
        let there = in_case(&case, "base head --exit-code");
        let back = in_case(&case, "head base --exit-code");
        assert_eq!(there.code, back.code, "{case}");
        assert_eq!(there.code == Some(0), case == "moved-files", "{case}");
        for side in ["base", "head"] {
            let same = in_case(&case, &format!("{side} {side} --exit-code"));
            assert_eq!(same.out, "No change for traffic.\n", "{case}");
            assert_eq!(same.code, Some(0), "{case}");
        }
    }
}

#[test]
fn the_json_of_every_case_has_what_the_page_says() {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/diff.md")).expect("a page");
    let (_, page) = page.split_once("## JSON").expect("a part of the page");
    for case in cases() {
        let ran = in_case(&case, "base head --format json");
        let json: Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(json["version"], 1);
        let mut unknown = Vec::new();
        keys(&json, &mut unknown, page);
        assert!(
            unknown.is_empty(),
            "{case}: not in docs/diff.md: {unknown:?}"
        );
    }
}

fn keys(json: &Value, unknown: &mut Vec<String>, page: &str) {
    match json {
        Value::Object(map) => {
            for (key, value) in map {
                if !page.contains(&format!("`{key}`")) {
                    unknown.push(key.clone());
                }
                keys(value, unknown, page);
            }
        }
        Value::Array(list) => list.iter().for_each(|it| keys(it, unknown, page)),
        _ => {}
    }
}

/// A repository with one commit, tagged `v1`.
fn repository() -> Folder {
    let folder = Folder::new();
    std::fs::remove_dir(folder.path(".git")).expect("removed");
    for name in [
        "error", "warning", "symbolic", "unread", "other", "service", "clean",
    ] {
        std::fs::remove_file(folder.path(&format!("{name}.yaml"))).expect("removed");
    }
    folder.file("deploy/web.yaml", WEB);
    git(&folder, "init -q -b main .");
    commit(&folder);
    git(&folder, "tag v1");
    folder
}

fn git(folder: &Folder, arguments: &str) {
    let done = Command::new("git")
        .arg("-C")
        .arg(folder.path("."))
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments.split(' '))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .output()
        .expect("git runs");
    assert!(done.status.success(), "{arguments}: {done:?}");
}

fn commit(folder: &Folder) {
    git(folder, "add -A");
    git(folder, "commit -q -m change");
}

#[test]
fn a_revision_is_compared_with_what_lies_here() {
    let folder = repository();
    let same = folder.run("diff git:v1:deploy deploy --exit-code");
    assert_eq!(
        (same.code, same.out.as_str()),
        (Some(0), "No change for traffic.\n"),
        "{}",
        same.err
    );
    let changed = WEB.replace("path: /\n", "path: /cart\n");
    folder.file("deploy/web.yaml", &changed);
    let ran = folder.run("diff git:v1:deploy deploy --exit-code");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    insta::assert_snapshot!(ran.out, @r"
    Routes
      - shop.example.com   /*       was shop/web:80, now 404   v1:deploy/web.yaml:12
      + shop.example.com   /cart*   shop/web:80, as before     deploy/web.yaml:12
    1 route added, 1 removed.
    No reload is needed: `ingressc plan` has the commands.
    ");
    // Both sides may be revisions, and neither looks at what lies here.
    commit(&folder);
    git(&folder, "tag v2");
    std::fs::remove_file(folder.path("deploy/web.yaml")).expect("removed");
    let revisions = folder.run("diff git:v1 git:v2");
    assert_eq!(revisions.out, ran.out, "{}", revisions.err);
    assert!(
        !folder.exists("deploy/web.yaml"),
        "the work tree was touched"
    );
}

#[test]
fn each_side_has_the_configuration_of_its_revision() {
    let folder = repository();
    folder.file(
        "ingressc.yaml",
        "inputs: [deploy]\nlisten:\n  http: [\":8080\"]\n",
    );
    commit(&folder);
    let ran = folder.run("diff git:v1:deploy git:HEAD");
    assert!(
        ran.out.contains("listeners http :80 -> :8080"),
        "{}{}",
        ran.out,
        ran.err
    );
    // A flag holds for both.
    let ran = folder.run("diff git:v1:deploy git:HEAD:deploy --no-config");
    assert_eq!(ran.out, "No change for traffic.\n", "{}", ran.err);
    // A folder with a configuration that names inputs is read as that says.
    let ran = folder.run("diff git:HEAD .");
    assert_eq!(ran.out, "No change for traffic.\n", "{}", ran.err);
}

#[test]
fn names_are_those_of_here_from_a_folder_below() {
    let folder = repository();
    folder.file(
        "deploy/web.yaml",
        &WEB.replace("path: /\n", "path: /cart\n"),
    );
    let below = folder.path("deploy");
    let output = command(&below)
        .args(["diff", "git:v1:deploy", "."])
        .output()
        .expect("the binary runs");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(
        out.contains(" web.yaml:12") && out.contains("v1:web.yaml:12"),
        "{out}"
    );
}

#[test]
fn git_runs_nothing_that_a_repository_brings() {
    let folder = repository();
    let trap = folder.path("trap");
    let touch = format!("touch {}; cat", trap.display());
    folder.file(".gitattributes", "*.yaml filter=trap diff=trap\n");
    folder.file(".git/hooks/post-checkout", &format!("#!/bin/sh\n{touch}\n"));
    commit(&folder);
    let out = Command::new("git")
        .arg("-C")
        .arg(folder.path("."))
        .args(["config", "filter.trap.smudge", &touch])
        .output()
        .expect("git runs");
    assert!(out.status.success());
    git(&folder, "config core.pager /bin/false");
    let ran = folder.run("diff git:HEAD:deploy deploy");
    assert_eq!(ran.out, "No change for traffic.\n", "{}", ran.err);
    assert!(!trap.exists(), "a filter or hook was run");
}

#[cfg(unix)]
#[test]
fn links_of_a_revision_lead_nowhere_else() {
    let folder = repository();
    folder.file("secret.txt", "outside");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let target = elsewhere.path().join("other.yaml");
    std::fs::write(&target, WEB.replace("name: web", "name: other")).expect("written");
    std::os::unix::fs::symlink(&target, folder.path("deploy/link.yaml")).expect("linked");
    commit(&folder);
    let ran = folder.run("diff git:v1:deploy git:HEAD:deploy");
    assert_eq!(
        ran.code,
        Some(1),
        "what is not read is no answer: {}",
        ran.err
    );
    assert!(ran.err.contains("ING016"), "{}", ran.err);
    assert!(!ran.out.contains("other"), "{}", ran.out);
}

#[test]
fn what_is_not_there_is_refused_and_not_empty() {
    let folder = repository();
    folder.file("deploy/web.yaml", WEB);
    for (arguments, code, said) in [
        ("diff git:nope deploy", 2, "git knows no revision `nope`"),
        ("diff git:-x deploy", 2, "`-x` is no revision"),
        ("diff git:v1: deploy", 2, "names no path in the repository"),
        (
            "diff git:v1:/etc deploy",
            2,
            "names no path in the repository",
        ),
        (
            "diff git:v1:gone deploy",
            2,
            "there is no file or folder `gone`",
        ),
        ("diff gone deploy", 2, "there is no file or folder `gone`"),
        ("diff - -", 2, "both sides are standard input"),
        ("diff deploy", 2, "<HEAD>"),
        ("diff deploy deploy --file-list x", 2, "--file-list"),
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, Some(code), "{arguments}: {}", ran.err);
        assert!(ran.err.contains(said), "{arguments}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments}");
    }
    folder.file("empty/readme.txt", "");
    folder.file(
        "none/other.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n",
    );
    folder.file(
        "class/web.yaml",
        &WEB.replace("ingressClassName: haproxy", "ingressClassName: other"),
    );
    for side in ["empty", "none"] {
        for arguments in [format!("diff {side} deploy"), format!("diff deploy {side}")] {
            let ran = folder.run(&arguments);
            assert_eq!(ran.code, Some(3), "{arguments}: {}", ran.err);
        }
    }
    let ran = folder.run("diff deploy class --class haproxy");
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    // Somebody who removes the last Ingress has removed its routes.
    let service = WEB.split_once("---\n").expect("three objects").1;
    folder.file("services/web.yaml", service);
    let ran = folder.run("diff deploy services");
    assert!(
        ran.out.contains("was shop/web:80, now 404"),
        "{}{}",
        ran.out,
        ran.err
    );
}

#[test]
fn a_folder_that_the_revision_has_not_is_empty_if_the_other_side_names_the_same() {
    let folder = repository();
    folder.file("newapp/web.yaml", &WEB.replace("shop.", "new."));
    let ran = folder.run("diff git:v1:newapp ./newapp/ --exit-code");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(
        ran.err
            .contains("`git:v1:newapp` is not there: all of it is new"),
        "{}",
        ran.err
    );
    assert!(
        ran.out.contains("+ new.example.com   /*   shop/web:80"),
        "{}",
        ran.out
    );
    commit(&folder);
    let gone = folder.run("diff git:HEAD:newapp git:v1:newapp");
    assert_eq!(gone.code, Some(0), "{}", gone.err);
    assert!(
        gone.err.contains("all of it is gone") && gone.out.contains("1 route removed"),
        "{}{}",
        gone.err,
        gone.out
    );
    // Another name may be misspelt, and what no side has is nothing.
    for arguments in ["git:v1:newap newapp", "git:v1:nope nope"] {
        let ran = folder.run(&format!("diff {arguments}"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments}");
    }
}

#[test]
fn what_was_not_read_is_said_in_every_format_and_never_no_change() {
    let folder = Folder::new();
    folder.file("a/web.yaml", WEB);
    folder.file("b/web.yaml", WEB);
    folder.file("b/broken.yaml", "kind: [broken\n");
    for (sides, side) in [("a b", "head"), ("b a", "base")] {
        let gaps =
            format!("Incomplete: 1 input of the {side} could not be read, and is not compared.");
        for format in ["human", "markdown"] {
            let ran = folder.run(&format!("diff {sides} --format {format}"));
            assert_eq!(ran.code, Some(1), "{}", ran.err);
            assert!(
                ran.out.contains(&gaps)
                    && !ran.out.to_lowercase().contains("no change for traffic"),
                "{}",
                ran.out
            );
        }
        let ran = folder.run(&format!("diff {sides} --format json"));
        let json: Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(json["summary"]["complete"], false);
        assert_eq!(json["unread"][side], 1);
        let gate = folder.run(&format!("diff {sides} --fail-on lowered"));
        assert_eq!(gate.code, Some(2), "{}", gate.err);
    }
}

#[test]
fn a_gate_may_stop_what_protects_less_and_nothing_else() {
    for (arguments, code) in [
        ("base head --fail-on lowered", 1),
        ("head base --fail-on lowered", 0),
        ("head base --exit-code", 1),
    ] {
        let ran = in_case("pull-request", arguments);
        let told = format!("{arguments}: {}{}", ran.out, ran.err);
        assert_eq!(ran.code, Some(code), "{told}");
    }
}

#[test]
fn a_long_list_is_counted_and_has_room_in_a_comment() {
    let folder = Folder::new();
    let networks: Vec<String> = (0..4000)
        .map(|n| format!("10.{}.{}.0/24", n / 250, n % 250 / 2 * 2))
        .collect();
    let list = networks
        .iter()
        .step_by(2)
        .cloned()
        .collect::<Vec<_>>()
        .join(",");
    let guarded = WEB.replace(
        "  namespace: shop\nspec:\n  ingressClassName",
        &format!("  namespace: shop\n  annotations:\n    haproxy.org/allow-list: {list}\nspec:\n  ingressClassName"),
    );
    folder.file("a.yaml", &guarded);
    folder.file("b.yaml", WEB);
    for format in ["human", "markdown"] {
        let ran = folder.run(&format!("diff a.yaml b.yaml --format {format}"));
        assert!(
            ran.out.contains("allow-list removed, was 10.0.0.0/24, ") && ran.out.contains(" more"),
            "{}",
            ran.out
        );
        assert!(ran.out.len() < 1_000, "{}", ran.out);
    }
    let json = folder.run("diff a.yaml b.yaml --format json");
    assert!(json.out.contains("10.15."), "JSON has all of it");
}

#[test]
fn the_reason_that_git_gives_is_passed_on() {
    let folder = repository();
    let output = command(&folder.path("."))
        .args(["diff", "git:v1:deploy", "deploy"])
        .env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("dubious ownership")
            && said.contains("help: if you trust it: git config --global --add safe.directory"),
        "{said}"
    );
}

#[test]
fn a_bare_repository_has_revisions() {
    let folder = repository();
    folder.file(
        "deploy/web.yaml",
        &WEB.replace("path: /\n", "path: /cart\n"),
    );
    commit(&folder);
    git(&folder, "clone -q --bare . bare.git");
    let output = command(&folder.path("bare.git"))
        .args(["diff", "git:v1:deploy", "git:main:deploy"])
        .output()
        .expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("1 route added, 1 removed."), "{told}");
}

#[test]
fn a_repository_is_needed_for_a_revision_only() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::fs::write(elsewhere.path().join("web.yaml"), WEB).expect("written");
    let run = |arguments: &[&str]| {
        let output = command(elsewhere.path())
            .arg("diff")
            .args(arguments)
            .output();
        output.expect("the binary runs")
    };
    let refused = run(&["git:HEAD", "."]);
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("this is no git repository"), "{told}");
    assert_eq!(run(&["web.yaml", "web.yaml"]).status.code(), Some(0));
    // Without git, too.
    let without = command(elsewhere.path())
        .args(["diff", "git:HEAD", "."])
        .env("PATH", elsewhere.path())
        .output()
        .expect("the binary runs");
    let told = String::from_utf8_lossy(&without.stderr).into_owned();
    assert!(told.contains("there is no git in PATH"), "{told}");
    assert_eq!(without.status.code(), Some(2));
}

#[test]
fn standard_input_is_a_side() {
    let folder = Folder::new();
    let changed = WEB.replace("path: /\n", "path: /cart\n");
    let ran = folder.run_with(&["diff", "clean.yaml", "-"], &[], &changed);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("<stdin>:12"), "{}", ran.out);
    let same = folder.run_with(&["diff", "-", "clean.yaml"], &[], WEB);
    assert_eq!(same.out, "No change for traffic.\n");
}

#[test]
fn a_bundle_is_a_side() {
    let folder = Folder::new();
    assert_eq!(folder.run("compile clean.yaml -o out").code, Some(0));
    let same = folder.run("diff out clean.yaml --exit-code");
    assert_eq!(
        (same.code, same.out.as_str()),
        (Some(0), "No change for traffic.\n"),
        "{}",
        same.err
    );
    folder.file(
        "clean.yaml",
        &WEB.replace("10.1.4.7", "10.1.4.8")
            .replace("path: /\n", "path: /cart\n"),
    );
    let ran = folder.run("diff out clean.yaml");
    insta::assert_snapshot!(ran.out, @r"
    Routes
      - shop.example.com   /*       was shop/web:80, now 404   clean.yaml:12
      + shop.example.com   /cart*   shop/web:80, as before     clean.yaml:12
    Servers
      ~ shop/web:80   +10.1.4.8:8080, -10.1.4.7:8080   clean.yaml:24
    1 route added, 1 removed, 1 backend changed.
    No reload is needed: `ingressc plan` has the commands.
    ");
    assert_eq!(folder.run("compile clean.yaml -o new").code, Some(0));
    assert_eq!(folder.run("diff out new").out, ran.out);
    // What is no bundle of ours is refused.
    folder.file("new/bundle.json", "{\"version\": 7, \"files\": {}}");
    let refused = folder.run("diff out new");
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert_eq!(refused.out, "");
}

#[test]
fn a_bundle_is_made_of_names_that_bundles_have() {
    let folder = Folder::new();
    assert_eq!(folder.run("compile clean.yaml -o out").code, Some(0));
    folder.file("secret.txt", "not to be shown");
    let index = std::fs::read_to_string(folder.path("out/bundle.json")).expect("a file");
    let evil = index.replace("\"maps/host.map\"", "\"../secret.txt\"");
    assert_ne!(index, evil);
    folder.file("out/bundle.json", &evil);
    let ran = folder.run("diff out clean.yaml --format json");
    assert!(!ran.out.contains("not to be shown") && !ran.err.contains("not to be shown"));
}

#[test]
fn names_from_manifests_reach_no_terminal_as_they_are() {
    let folder = Folder::new();
    let evil = "\"1\\u001b]0;x\\u0007s\"";
    folder.file("a.yaml", WEB);
    folder.file("b.yaml", &WEB.replace("  namespace: shop\nspec:\n  ingressClassName", &format!("  namespace: shop\n  annotations:\n    haproxy.org/response-set-header: {evil}\nspec:\n  ingressClassName")));
    for format in ["human", "markdown", "json"] {
        let ran = folder.run(&format!("diff a.yaml b.yaml --format {format}"));
        assert!(
            !ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'),
            "{format}: {:?}",
            ran.out
        );
    }
}

#[test]
fn many_routes_of_one_change_are_folded_unless_all_are_wanted() {
    let folded = in_case("shared-policy", "base head");
    assert!(folded.out.contains("and 2 more"), "{}", folded.out);
    let all = in_case("shared-policy", "base head -v");
    assert!(
        all.out.contains("f.example.com") && !all.out.contains("more\n"),
        "{}",
        all.out
    );
}
