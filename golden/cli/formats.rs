//! What the formats look like. The findings themselves are the business of other tests.

use crate::run::Folder;

#[test]
fn concise_is_one_line_each() {
    let ran = Folder::new().run("check error.yaml warning.yaml --format concise --select ING002");
    let [line] = ran.out.lines().collect::<Vec<_>>()[..] else {
        panic!("{}", ran.out);
    };
    assert!(
        line.starts_with("error.yaml:14:9: error[ING002] duplicate-key: "),
        "{line}"
    );
}

#[test]
fn json_is_an_alias_of_the_newest_version() {
    let folder = Folder::new();
    let ran = folder.run("check error.yaml --format json");
    assert_eq!(ran.out, folder.run("check error.yaml --format json-v1").out);
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json["version"], 1);
    let findings = json["findings"].as_array().expect("a list");
    let finding = findings
        .iter()
        .find(|finding| finding["code"] == "ING002")
        .expect("there");
    assert_eq!(finding["places"][0]["file"], "error.yaml");
    assert_eq!(finding["places"][0]["start"]["line"], 14);
    assert_eq!(json["summary"]["errors"], 1);
    assert_eq!(json["summary"]["objects"], 3);
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let folder = Folder::new();
    for format in ["human", "concise", "json"] {
        let arguments = format!("check error.yaml warning.yaml unread.yaml --format {format}");
        assert_eq!(
            folder.run(&arguments).out,
            folder.run(&arguments).out,
            "{format}"
        );
    }
}

#[test]
fn statistics_count_by_rule() {
    let ran = Folder::new().run("check error.yaml --statistics --select ING002");
    assert_eq!(ran.out, "     1  error     ING002  duplicate-key\n");
}

#[test]
fn explain_prints_the_page() {
    let folder = Folder::new();
    let page = folder.run("explain ING301").out;
    assert!(page.starts_with("# ING301 duplicate-route\n"), "{page}");
    assert!(
        page.ends_with(
            "Severity: error. To change it: `rules: {ING301: {level: …}}` in ingressc.yaml.\n"
        ),
        "{page}"
    );
    assert_eq!(page, folder.run("explain duplicate-route").out);
    let ran = folder.run("explain duplicate-rout");
    assert_eq!(
        ran.err,
        "error: there is no rule `duplicate-rout`\n  help: did you mean `duplicate-route`?\n"
    );
}

#[test]
fn rules_are_a_table_in_three_formats() {
    let folder = Folder::new();
    let line = folder.run("rules ING301").out;
    assert_eq!(
        line,
        "ING301  duplicate-route  error     two rules claim the same host, path and path type\n"
    );
    let markdown = folder.run("rules ING301 --format markdown").out;
    assert!(markdown.ends_with(
        "| ING301 | duplicate-route | error | two rules claim the same host, path and path type |\n"
    ));
    let json: serde_json::Value =
        serde_json::from_str(&folder.run("rules ING3 --format json").out).expect("JSON");
    assert_eq!(json[0]["code"], "ING301");
    assert!(json.as_array().is_some_and(|rows| rows.len() > 5));
}

#[test]
fn every_shell_gets_a_script() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = folder.run(&format!("completions {shell}")).out;
        assert!(script.contains("keep-going"), "{shell}");
    }
}

#[test]
fn the_schema_of_the_configuration_is_the_one_in_the_guide() {
    let ran = Folder::new().run("schema config");
    let committed = include_str!("../../docs/schema/config.json");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out == committed, "the committed schema is stale");
    assert_eq!(Folder::new().run("schema bundle").code, Some(2));
}
