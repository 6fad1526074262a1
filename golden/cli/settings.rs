//! What was typed and what is configured: who wins, where the file is found, what is said about mistakes.

use crate::run::Folder;

#[test]
fn a_mistake_in_the_configuration_shows_its_place() {
    let folder = Folder::new();
    folder.file(
        "ingressc.yaml",
        "version: 1\nlisten:\n  htpp: [\":80\"]\nrules:\n  ING402: {level: loud}\n",
    );
    let ran = folder.run("check clean.yaml");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ran.err, @r#"
    error: unknown key `htpp`
       ╭─[ingressc.yaml:3:3]
     3 │   htpp: [":80"]
       ·   ────
       ╰────
      help: did you mean `http`?

    error: a level is off, error, warning, info or pedantic, not `loud`
       ╭─[ingressc.yaml:5:19]
     5 │   ING402: {level: loud}
       ·                   ────
       ╰────
    "#);
}

#[test]
fn the_file_is_found_above_the_input_and_paths_in_it_are_relative_to_it() {
    let folder = Folder::new();
    folder.file(
        "app/ingressc.yaml",
        "inputs: [deploy]\nexclude: ['deploy/old*']\nnamespace: shop\n",
    );
    folder.file("app/deploy/web.yaml", crate::run::WEB);
    folder.file("app/deploy/old.yaml", "spec: [\n");
    let ran = folder.run("check app/deploy --show-settings");
    insta::assert_snapshot!(ran.out, @r#"
    # app/ingressc.yaml
    version: 1
    inputs: ["app/deploy"]
    exclude: ["app/deploy/old*"]
    # classes: every class of a known controller, and none
    profile: spec
    namespace: "shop"
    target:
      haproxy: "2.6"
    listen:
      http: [":80"]
      https: [":443"]
    rules:
      fail-on: error
    "#);
    assert_eq!(
        folder.run("check app/deploy --show-files").out,
        "app/deploy/web.yaml\n"
    );
    assert_eq!(
        folder
            .run("check --config app/ingressc.yaml --show-files")
            .out,
        "app/deploy/web.yaml\n"
    );
    assert_eq!(
        folder.run("check app/deploy --no-config --show-files").out,
        "app/deploy/old.yaml\napp/deploy/web.yaml\n"
    );
}

#[test]
fn flags_win_over_set_and_set_wins_over_the_file() {
    let folder = Folder::new();
    folder.file("ingressc.yaml", "rules: {fail-on: info}\nnamespace: file\n");
    let shows = |arguments: &str, line: &str| {
        let out = folder
            .run(&format!("check clean.yaml --show-settings {arguments}"))
            .out;
        assert!(
            out.lines().any(|have| have.trim() == line),
            "{arguments}: {line}\n{out}"
        );
    };
    shows("", "fail-on: info");
    shows("--set rules.fail-on=warning", "fail-on: warning");
    shows(
        "--set rules.fail-on=warning --fail-on error",
        "fail-on: error",
    );
    shows("", "namespace: \"file\"");
    shows(
        "--set namespace=typed --namespace flag",
        "namespace: \"flag\"",
    );
    shows("--no-config", "namespace: \"default\"");
}

#[test]
fn what_show_settings_prints_is_a_configuration() {
    let folder = Folder::new();
    folder.file(
        "ingressc.yaml",
        "classes: [haproxy, '']\ncertificates: {map: {a/b: /etc/b.pem}, default: a/b}\nrules: {ING301: {level: off}}\n\
         target: {haproxy: 3.2}\nlisten: {http: [], https: ['[::1]:443']}\n",
    );
    let shown = folder.run("check clean.yaml --show-settings").out;
    folder.file("again.yaml", &shown);
    let again = folder.run("check --config again.yaml --show-settings").out;
    assert_eq!(
        shown.lines().skip(1).collect::<Vec<_>>()[2..],
        again.lines().skip(1).collect::<Vec<_>>()[2..]
    );
}

#[test]
fn the_environment_names_the_configuration() {
    let folder = Folder::new();
    folder.file("ops.yaml", "namespace: ops\n");
    let environment = [("INGRESSC_CONFIG", "ops.yaml")];
    let run = |arguments: &[&str]| {
        folder
            .run_with(
                &[&["check", "--show-settings"], arguments].concat(),
                &environment,
                "",
            )
            .out
    };
    assert!(run(&[]).contains("namespace: \"ops\""));
    assert!(run(&["--no-config"]).contains("namespace: \"default\""));
}

#[test]
fn selectors_choose_findings_and_the_tail_line_counts_the_rest() {
    let folder = Folder::new();
    let ran = folder.run("check error.yaml --ignore duplicate-key");
    assert!(!ran.out.contains("ING002"), "{}", ran.out);
    assert!(
        ran.err.contains("Hidden: ") && ran.err.contains("by --select or --ignore"),
        "{}",
        ran.err
    );
    let ran = folder.run("check error.yaml --set rules.ING002.level=off");
    assert!(
        ran.err.contains("switched off in the configuration"),
        "{}",
        ran.err
    );
    let ran = folder.run("check warning.yaml --min-severity error");
    assert!(ran.err.contains("below --min-severity"), "{}", ran.err);
}

#[test]
fn a_path_that_does_not_exist_is_named() {
    let ran = Folder::new().run("check nowhere/x.yaml");
    assert!(
        ran.err.starts_with("error: ") && ran.err.contains("nowhere/x.yaml"),
        "{}",
        ran.err
    );
}
