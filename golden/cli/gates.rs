//! The gates that teams put before their main branch, run as far as one machine can: the steps of `action.yml` in a shell with the
//! variables that GitHub would set, and the script that `docs/ci.md` gives for GitLab.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::run::{Folder, WEB};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A runner of GitHub's: a workspace with manifests, and the files by which steps tell each other something.
struct Runner {
    folder: Folder,
    action: Value,
    inputs: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
}

impl Runner {
    fn new(inputs: &[(&str, &str)]) -> Self {
        let text = std::fs::read_to_string(Path::new(ROOT).join("action.yml")).expect("a file");
        let action: Value = serde_yaml::from_str(&text).expect("YAML");
        let described = action["inputs"].as_object().expect("inputs").iter();
        let mut values: BTreeMap<String, String> = described
            .map(|(name, input)| {
                let default = input["default"]
                    .as_str()
                    .expect("every input has a default");
                (name.clone(), default.to_owned())
            })
            .collect();
        for (name, value) in inputs {
            assert!(
                values
                    .insert((*name).to_owned(), (*value).to_owned())
                    .is_some(),
                "{name}"
            );
        }
        let folder = Folder::new();
        for file in ["GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"] {
            folder.file(&format!("runner/{file}"), "");
        }
        std::fs::create_dir(folder.path("bin")).expect("made");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_ingressc"), folder.path("bin/ingressc"))
            .expect("linked");
        Self {
            folder,
            action,
            inputs: values,
            outputs: BTreeMap::new(),
        }
    }

    /// Puts a program in PATH.
    fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        self.folder.file(&format!("bin/{name}"), script);
        let path = self.folder.path(&format!("bin/{name}"));
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("set");
    }

    /// What stands for an expression of the workflow.
    fn expression(&self, text: &str) -> String {
        let Some(inner) = text
            .strip_prefix("${{ ")
            .and_then(|it| it.strip_suffix(" }}"))
        else {
            assert!(
                !text.contains("${{"),
                "an expression beside other text: {text}"
            );
            return text.to_owned();
        };
        if let Some(name) = inner.strip_prefix("inputs.") {
            return self.inputs[name].clone();
        }
        let of_step = ["steps.check.outputs.", "steps.diff.outputs."];
        if let Some(name) = of_step.iter().find_map(|step| inner.strip_prefix(step)) {
            return self.outputs.get(name).cloned().unwrap_or_default();
        }
        let files = "format('{0}/{1}/blob/{2}', github.server_url, github.repository, github.event.pull_request.head.sha || github.sha)";
        let known = [
            (files, "https://github.example/shop/deploy/blob/1a2b"),
            ("github.action_path", ROOT),
            ("github.repository", "shop/deploy"),
            ("github.event.pull_request.number", "7"),
        ];
        let known = known.iter().find(|(name, _)| *name == inner);
        known
            .unwrap_or_else(|| panic!("no value for {inner}"))
            .1
            .to_owned()
    }

    /// Runs a step by its name.
    fn step(&mut self, name: &str) -> Output {
        let steps = self.action["runs"]["steps"].as_array().expect("steps");
        let step = steps.iter().find(|step| step["name"] == name);
        let step = step.unwrap_or_else(|| panic!("no step {name}"));
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().expect("a script");
        assert!(
            !script.contains("${{"),
            "{name}: what comes from outside is part of the script"
        );
        let directory = step["working-directory"].as_str().map_or_else(
            || self.folder.path("."),
            |text| self.folder.path(&self.expression(text)),
        );
        let environment = step["env"].as_object().expect("variables").iter();
        let environment: Vec<(String, String)> = environment
            .map(|(name, value)| (name.clone(), self.expression(value.as_str().expect("text"))))
            .collect();
        let path = format!("{}:/usr/bin:/bin", self.folder.path("bin").display());
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(directory)
            .env_clear()
            .env("PATH", path)
            .env("RUNNER_TEMP", self.folder.path("runner"))
            .envs(
                ["GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"]
                    .map(|name| (name, self.folder.path(&format!("runner/{name}")))),
            )
            .envs(environment)
            .output()
            .expect("bash runs");
        self.outputs = self
            .read("runner/GITHUB_OUTPUT")
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        output
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path(name)).expect("a file")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn the_action_annotates_reports_and_fails_at_the_end() {
    let mut runner = Runner::new(&[
        (
            "paths",
            "  error.yaml\n\n  it's clean; $(touch pwned).yaml\n",
        ),
        ("markdown-file", "comment.md"),
    ]);
    runner.folder.file(
        "it's clean; $(touch pwned).yaml",
        &WEB.replace("web", "two")
            .replace("shop.example.com", "two.example.com"),
    );
    let installed = runner.step("Install");
    assert!(installed.status.success(), "{}", text(&installed.stderr));
    assert_eq!(
        runner.read("runner/GITHUB_PATH"),
        "",
        "the binary in PATH is taken"
    );
    let checked = runner.step("Check");
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    let log = text(&checked.stdout);
    assert!(
        log.contains("::error file=error.yaml,line=14,endLine=14,col=9,"),
        "{log}"
    );
    assert!(!runner.folder.exists("pwned"), "a name was run");
    let sarif: Value = serde_json::from_str(&runner.read("ingressc.sarif")).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    assert!(results.iter().any(|result| result["ruleId"] == "ING002"));
    let comment = runner.read("comment.md");
    let link = "(<https://github.example/shop/deploy/blob/1a2b/error.yaml#L14>)";
    assert!(
        comment.contains("ING002") && comment.contains(link),
        "{comment}"
    );
    assert!(runner.read("runner/GITHUB_STEP_SUMMARY").contains("ING002"));
    assert_eq!(runner.outputs["exit-code"], "1");
    assert_eq!(runner.outputs["sarif-file"], "./ingressc.sarif");
    assert_eq!(runner.step("Judge").status.code(), Some(1));
}

#[test]
fn the_action_passes_clean_manifests_and_its_arguments_on() {
    let mut runner = Runner::new(&[
        ("paths", "warning.yaml"),
        ("args", "--fail-on=warning"),
        ("annotations", "false"),
        ("sarif-file", ""),
    ]);
    let checked = runner.step("Check");
    assert!(
        text(&checked.stdout).contains("warning.yaml:4:9: warning[ING110]"),
        "{checked:?}"
    );
    assert_eq!(runner.outputs["exit-code"], "1");
    assert!(!runner.folder.exists("ingressc.sarif"));
    runner
        .inputs
        .insert("paths".to_owned(), "clean.yaml".to_owned());
    runner.step("Check");
    assert_eq!(runner.outputs["exit-code"], "0");
    assert_eq!(runner.step("Judge").status.code(), Some(0));
}

#[test]
fn a_mistake_of_the_workflow_is_no_clean_run() {
    let mut runner = Runner::new(&[("paths", "missing.yaml")]);
    runner.folder.file("ingressc.sarif", "{}");
    let checked = runner.step("Check");
    assert!(
        checked.status.success(),
        "the step that judges fails, not this one"
    );
    assert_eq!(runner.outputs["exit-code"], "2");
    assert_eq!(runner.step("Judge").status.code(), Some(2));
    assert!(
        !runner.folder.exists("ingressc.sarif"),
        "the report of another step is taken for this one's"
    );
    // Where the check did not even begin, nothing is known.
    runner.outputs.clear();
    runner.folder.file("runner/GITHUB_OUTPUT", "");
    assert_eq!(runner.step("Judge").status.code(), Some(4));
}

/// Stands in for GitHub's program: writes down how it was called, and what it was given to post.
const GH: &str = r#"#!/bin/bash
echo "$*" >>"$RUNNER_TEMP/gh.log"
for word in "$@"; do
  case $word in body=@*) cp "${word#body=@}" "$RUNNER_TEMP/posted.md" ;; esac
done
case $* in *--paginate*) cat "$RUNNER_TEMP/found" ;; esac
"#;

#[test]
fn the_action_writes_one_comment_and_replaces_it() {
    let mut runner = Runner::new(&[
        ("paths", "error.yaml"),
        ("comment", "true"),
        ("token", "secret"),
    ]);
    runner.program("gh", GH);
    runner.folder.file("runner/found", "");
    runner.step("Check");
    let commented = runner.step("Comment");
    assert!(commented.status.success(), "{}", text(&commented.stderr));
    let posted = runner.read("runner/posted.md");
    assert!(
        posted.starts_with("<!-- ingressc -->\n") && posted.contains("ING002"),
        "{posted}"
    );
    assert!(
        runner
            .read("runner/gh.log")
            .contains("--method POST repos/shop/deploy/issues/7/comments")
    );
    runner.folder.file("runner/found", "31\n32\n");
    runner.step("Comment");
    let log = runner.read("runner/gh.log");
    assert!(
        log.contains("--method PATCH repos/shop/deploy/issues/comments/31 "),
        "{log}"
    );
    assert!(!log.contains("secret"), "the token is no argument");
    // The token of a fork's pull request may not write.
    runner.program("gh", "#!/bin/bash\nexit 1\n");
    let declined = runner.step("Comment");
    assert!(declined.status.success());
    assert!(
        text(&declined.stdout).starts_with("::notice "),
        "{declined:?}"
    );
}

/// Copies a folder of files.
fn copy(from: &Path, runner: &Runner, to: &str) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("readable").path();
        let name = path
            .file_name()
            .expect("named")
            .to_string_lossy()
            .into_owned();
        let to = format!("{to}/{name}");
        if path.is_dir() {
            copy(&path, runner, &to);
        } else {
            let text = std::fs::read_to_string(&path).expect("text");
            runner.folder.file(&to, &text);
        }
    }
}

fn git(runner: &Runner, arguments: &[&str]) {
    let done = Command::new("git")
        .arg("-C")
        .arg(runner.folder.path("."))
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(done.status.success(), "{arguments:?}: {done:?}");
}

/// A runner in a repository whose `HEAD^1` has one set of manifests, and whose work tree has another.
fn pull_request(inputs: &[(&str, &str)]) -> Runner {
    let runner = Runner::new(inputs);
    std::fs::remove_dir_all(runner.folder.path(".git")).expect("removed");
    let case = Path::new(ROOT).join("testdata/diff/pull-request");
    copy(&case.join("base"), &runner, "deploy");
    git(&runner, &["init", "-q", "-b", "base", "."]);
    git(&runner, &["add", "deploy"]);
    git(&runner, &["commit", "-q", "-m", "base"]);
    std::fs::remove_dir_all(runner.folder.path("deploy")).expect("removed");
    copy(&case.join("head"), &runner, "deploy");
    git(&runner, &["add", "-A", "deploy"]);
    git(&runner, &["commit", "-q", "-m", "head"]);
    runner
}

/// The fence of `docs/ci.md` behind a line that names it.
fn shown(name: &str) -> String {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/ci.md")).expect("a page");
    let marker = format!("<!-- output: {name} -->\n```markdown\n");
    let (_, rest) = page.split_once(&marker).expect("the output is shown");
    rest.split_once("```\n").expect("closed").0.to_owned()
}

#[test]
fn the_action_tells_what_changes_for_traffic_as_the_page_shows() {
    let mut runner = pull_request(&[("paths", "deploy"), ("diff-base", "HEAD^1")]);
    let told = runner.step("Diff");
    assert!(told.status.success(), "{}", text(&told.stderr));
    assert_eq!(runner.outputs["diff-exit-code"], "0");
    assert_eq!(runner.outputs["diff-file"], "./ingressc-diff.md");
    let body = runner.read("ingressc-diff.md");
    assert_eq!(runner.read("runner/GITHUB_STEP_SUMMARY"), body);
    assert_eq!(body, shown("diff"), "docs/ci.md shows another comment");
    runner
        .outputs
        .insert("exit-code".to_owned(), "0".to_owned());
    assert_eq!(runner.step("Judge").status.code(), Some(0));
}

#[test]
fn a_base_that_is_not_there_fails_the_action() {
    let mut runner = pull_request(&[("paths", "deploy"), ("diff-base", "gone; touch pwned")]);
    runner.folder.file("ingressc-diff.md", "of another step");
    let told = runner.step("Diff");
    assert!(
        told.status.success(),
        "the step that judges fails, not this one"
    );
    assert!(
        text(&told.stderr).contains("fetch-depth: 0"),
        "{}",
        text(&told.stderr)
    );
    assert!(!runner.folder.exists("ingressc-diff.md") && !runner.folder.exists("pwned"));
    assert_eq!(runner.outputs.get("diff-file"), None);
    runner
        .outputs
        .insert("exit-code".to_owned(), "0".to_owned());
    assert_eq!(runner.step("Judge").status.code(), Some(2));
}

/// What the action makes of a diff: the exit code of its last step, and what that says, for a check that is clean.
fn judged(runner: &mut Runner) -> (Option<i32>, String) {
    let clean = ("exit-code".to_owned(), "0".to_owned());
    runner.outputs.extend([clean]);
    let judged = runner.step("Judge");
    (judged.status.code(), text(&judged.stdout))
}

#[test]
fn the_action_fails_where_protection_is_lowered_if_it_is_asked_to() {
    let mut runner = pull_request(&[
        ("paths", "deploy"),
        ("diff-base", "HEAD^1"),
        ("diff-fail-on", "lowered"),
    ]);
    runner.step("Diff");
    assert_eq!(runner.outputs["diff-exit-code"], "1");
    let (code, said) = judged(&mut runner);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("::error "), "{said}");
}

#[test]
fn the_action_does_not_pass_over_what_was_not_read() {
    for (fail_on, diff_code, code, said) in [("", "1", 0, "::warning "), ("lowered", "2", 2, "")] {
        let mut runner = pull_request(&[
            ("paths", "deploy"),
            ("diff-base", "HEAD"),
            ("diff-fail-on", fail_on),
        ]);
        runner.folder.file("deploy/broken.yaml", "kind: [broken\n");
        runner.step("Diff");
        assert_eq!(runner.outputs["diff-exit-code"], diff_code);
        let body = runner.read("ingressc-diff.md");
        assert!(
            body.contains("not known") && body.contains("**Incomplete: 1 input of the head"),
            "{body}"
        );
        let (judged, told) = judged(&mut runner);
        assert_eq!(judged, Some(code));
        assert!(told.starts_with(said), "{told}");
    }
}

#[test]
fn the_action_does_not_guess_which_path_is_compared() {
    for inputs in [
        [("paths", "deploy\nother"), ("diff-path", "")],
        [("paths", "deploy"), ("diff-path", "/etc")],
    ] {
        let mut runner = pull_request(&[inputs[0], inputs[1], ("diff-base", "HEAD^1")]);
        let told = runner.step("Diff");
        assert!(text(&told.stdout).contains("diff-path"), "{told:?}");
        assert!(!runner.folder.exists("ingressc-diff.md"));
        assert_eq!(judged(&mut runner).0, Some(2));
    }
}

#[test]
fn a_folder_that_is_new_is_told_as_new() {
    let mut runner = pull_request(&[("paths", "newapp/"), ("diff-base", "HEAD^1")]);
    runner.folder.file("newapp/web.yaml", WEB);
    runner.step("Diff");
    assert_eq!(runner.outputs["diff-exit-code"], "0");
    let body = runner.read("ingressc-diff.md");
    assert!(
        body.contains("`git:HEAD^1:./newapp/` is not there: all of it is new")
            && body.contains("1 route added"),
        "{body}"
    );
}

#[test]
fn the_comment_of_the_diff_is_found_by_its_line_and_never_stays_when_it_is_old() {
    let mut runner = pull_request(&[
        ("paths", "deploy"),
        ("diff-base", "HEAD^1"),
        ("diff-comment", "true"),
    ]);
    runner.program("gh", GH);
    runner.folder.file("runner/found", "");
    runner.step("Diff");
    assert!(runner.step("Comment").status.success());
    let posted = runner.read("runner/posted.md");
    assert_eq!(posted, format!("<!-- ingressc diff -->\n{}", shown("diff")));
    let log = runner.read("runner/gh.log");
    assert!(
        log.contains("startswith(\"<!-- ingressc diff -->\")"),
        "{log}"
    );
    assert!(log.contains("--method POST"), "{log}");
    // The next commit cannot be compared.
    runner
        .inputs
        .insert("diff-base".to_owned(), "gone".to_owned());
    runner.folder.file("runner/found", "31\n");
    runner.folder.file("runner/GITHUB_OUTPUT", "");
    runner.step("Diff");
    assert!(runner.step("Comment").status.success());
    assert!(
        runner
            .read("runner/gh.log")
            .contains("--method PATCH repos/shop/deploy/issues/comments/31 ")
    );
    let posted = runner.read("runner/posted.md");
    assert!(posted.contains("is not known"), "{posted}");
    runner.program("gh", "#!/bin/bash\nexit 1\n");
    let declined = runner.step("Comment");
    assert!(declined.status.success());
    assert!(
        text(&declined.stdout).starts_with("::notice "),
        "{declined:?}"
    );
}

/// Stands in for curl: writes down how it was called, and answers with the notes that there are.
const CURL: &str = r#"#!/bin/bash
echo "$*" >>curl.log
case $* in *sort=asc*) cat notes.json ;; esac
"#;

#[test]
fn the_job_for_gitlab_tells_what_changes_for_traffic() {
    let runner = pull_request(&[]);
    runner.program("curl", CURL);
    let script = gitlab()["ingressc-diff"]["script"][0].clone();
    let script = script.as_str().expect("a script");
    let run = |base: &str, token: &str, notes: &str| {
        runner.folder.file("notes.json", notes);
        runner.folder.file("curl.log", "");
        let path = format!("{}:/usr/bin:/bin", runner.folder.path("bin").display());
        let output = Command::new("sh")
            .args(["-ec", script])
            .current_dir(runner.folder.path("."))
            .env_clear()
            .env("PATH", path)
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", base)
            .env("CI_API_V4_URL", "https://gitlab.example/api/v4")
            .env("CI_PROJECT_ID", "3")
            .env("CI_MERGE_REQUEST_IID", "7")
            .env("COMMENT_TOKEN", token)
            .output()
            .expect("sh runs");
        let code = output.status.code();
        (code, text(&output.stderr), runner.read("curl.log"))
    };
    let (code, said, log) = run("HEAD^1", "secret", "[]");
    assert_eq!(code, Some(0), "{said}");
    let body = runner.read("ingressc-diff.md");
    assert_eq!(body, format!("<!-- ingressc diff -->\n{}", shown("diff")));
    let notes = "https://gitlab.example/api/v4/projects/3/merge_requests/7/notes";
    assert!(
        log.ends_with(&format!("body@ingressc-diff.md {notes}\n")),
        "{log}"
    );
    // The note of the last push is replaced, and no other one.
    let there = r#"[{"id": 4, "body": "see <!-- ingressc diff -->"}, {"id": 5, "body": "<!-- ingressc diff -->\nold"}]"#;
    let (_, said, log) = run("HEAD^1", "secret", there);
    let put = format!("--request PUT --data-urlencode body@ingressc-diff.md {notes}/5\n");
    assert!(log.ends_with(&put), "{log}{said}");
    // Without the token nobody is asked, and what cannot be told is not told as it was.
    let (code, _, log) = run("gone", "", there);
    assert_eq!((code, log.as_str()), (Some(2), ""));
    assert!(runner.read("ingressc-diff.md").contains("is not known"));
}

/// The scripts of the fences in `docs/ci.md` that are GitLab's jobs.
fn gitlab() -> Value {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/ci.md")).expect("a page");
    let fence = page
        .split("```yaml\n")
        .find(|fence| fence.starts_with("# .gitlab-ci.yml"));
    let (fence, _) = fence
        .expect("GitLab's jobs")
        .split_once("\n```")
        .expect("closed");
    serde_yaml::from_str(fence).expect("YAML")
}

#[test]
fn the_job_for_gitlab_writes_its_reports() {
    let runner = Runner::new(&[]);
    runner
        .folder
        .file("deploy/shop.yaml", &WEB.replace("web-1", "web_1"));
    let job = &gitlab()["ingressc"];
    let script: Vec<&str> = job["script"]
        .as_array()
        .expect("lines")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let path = format!("{}:/usr/bin:/bin", runner.folder.path("bin").display());
    let output = Command::new("sh")
        .args(["-ec", &script.join("\n")])
        .current_dir(runner.folder.path("."))
        .env_clear()
        .env("PATH", path)
        .output()
        .expect("sh runs");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let reports = &job["artifacts"]["reports"];
    let quality: PathBuf = reports["codequality"].as_str().expect("a file").into();
    let quality: Value =
        serde_json::from_str(&runner.read(&quality.display().to_string())).expect("JSON");
    assert_eq!(quality[0]["check_name"], "ING115", "{quality}");
    assert_eq!(quality[0]["location"]["path"], "deploy/shop.yaml");
    let junit = runner.read(reports["junit"].as_str().expect("a file"));
    assert!(junit.contains("ING115"), "{junit}");
    assert_eq!(
        job["artifacts"]["when"], "always",
        "reports are kept of runs that fail"
    );
}

#[test]
fn hooks_read_all_files_together_and_name_commands_that_exist() {
    let text =
        std::fs::read_to_string(Path::new(ROOT).join(".pre-commit-hooks.yaml")).expect("a file");
    let hooks: Value = serde_yaml::from_str(&text).expect("YAML");
    let hooks = hooks.as_array().expect("a list");
    assert_eq!(hooks.len(), 4);
    let folder = Folder::new();
    for hook in hooks {
        assert_eq!(hook["pass_filenames"], false, "{hook}");
        let words = hook["entry"].as_str().expect("a command").split(' ');
        let words: Vec<&str> = words.skip(1).collect();
        let more: &[&str] = if words[0] == "compile" {
            &["clean.yaml", "-o", "out"]
        } else {
            &["clean.yaml"]
        };
        let ran = folder.run_with(&[&words[..], more].concat(), &[], "");
        let expected = i32::from(words[0] == "compile");
        assert_eq!(ran.code, Some(expected), "{}", ran.err);
    }
}
