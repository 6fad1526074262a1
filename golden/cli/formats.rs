//! What the formats look like. The findings themselves are the business of other tests.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::reports::FORMATS;
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
    for format in FORMATS {
        let arguments = format!("check error.yaml warning.yaml unread.yaml --format {format}");
        assert_eq!(
            folder.run(&arguments).out,
            folder.run(&arguments).out,
            "{format}"
        );
    }
}

#[test]
fn findings_in_one_long_line_cost_no_more_than_in_many() {
    let folder = Folder::new();
    let paths: Vec<_> = (0..2000)
        .map(|number| {
            let service = json!({"name": format!("gone{number}"), "port": {"number": 80}});
            json!({"path": format!("/{number}"), "pathType": "Prefix", "backend": {"service": service}})
        })
        .collect();
    let muted: Vec<String> = (0..1000)
        .map(|number| format!("ING402: reason {number}"))
        .collect();
    let ingress = json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "web",
            "namespace": "shop",
            "annotations": {"ingressc/ignore": muted.join(";")},
        },
        "spec": {
            "ingressClassName": "haproxy",
            "rules": [{"host": "shop.example", "http": {"paths": paths}}],
        },
    });
    folder.file("one.json", &ingress.to_string());
    let text = serde_json::to_string_pretty(&ingress).expect("JSON");
    folder.file("many.json", &text);
    let time = |name: &str, format: &str| {
        let start = Instant::now();
        let ran = folder.run(&format!("check {name} --format {format}"));
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        start.elapsed()
    };
    for format in FORMATS {
        let (many, one) = (time("many.json", format), time("one.json", format));
        // It is ten seconds and more when every finding walks along its line.
        assert!(
            one < 4 * many + Duration::from_secs(2),
            "{format}: {one:?} against {many:?}"
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
        "ING301  duplicate-route  error           two rules claim the same host, path and path type\n"
    );
    let markdown = folder.run("rules ING301 --format markdown").out;
    assert!(markdown.ends_with(
        "| ING301 | duplicate-route | error |  | two rules claim the same host, path and path type |\n"
    ));
    let json: serde_json::Value =
        serde_json::from_str(&folder.run("rules ING3 --format json").out).expect("JSON");
    assert_eq!(json[0]["code"], "ING301");
    assert!(json.as_array().is_some_and(|rows| rows.len() > 5));
}

#[test]
fn explain_prints_the_page_of_a_key_in_every_spelling() {
    let folder = Folder::new();
    let page = folder.run("explain haproxy.org/timeout-server").out;
    assert!(
        page.starts_with("# haproxy.org/timeout-server\n\nHow long a server"),
        "{page}"
    );
    assert!(page.contains("- Default: `50s`\n"), "{page}");
    assert!(
        page.ends_with("    haproxy.org/timeout-server: \"5s\"\n```\n"),
        "{page}"
    );
    for spelling in [
        "timeout-server",
        "haproxy.com/timeout-server",
        "ingress.kubernetes.io/timeout-server",
    ] {
        assert_eq!(
            page,
            folder.run(&format!("explain {spelling}")).out,
            "{spelling}"
        );
    }
    let page = folder.run("explain expose-port").out;
    assert!(page.starts_with("# ingressc/expose-port.PORT\n"), "{page}");
    for (word, help) in [
        (
            "haproxy.org/timeout-sever",
            "did you mean `timeout-server`?",
        ),
        ("timeout-sever", "did you mean `timeout-server`?"),
        (
            "haproxy.org/qqqqqqq",
            "`ingressc annotations` lists the keys",
        ),
    ] {
        let told = folder.run(&format!("explain {word}")).err;
        assert_eq!(
            told,
            format!("error: there is no annotation `{word}`\n  help: {help}\n")
        );
    }
}

#[test]
fn annotations_are_a_table_in_three_formats() {
    let folder = Folder::new();
    let human = folder.run("annotations").out;
    let line = human
        .lines()
        .find(|line| line.starts_with("haproxy.org/timeout-server "));
    let words: Vec<&str> = line.expect("the key").split_whitespace().collect();
    assert_eq!(
        words[1..6],
        ["Service,", "Ingress,", "ConfigMap", "full", "How"]
    );
    let markdown = folder.run("annotations --format markdown").out;
    let row = "| `haproxy.org/timeout-server` | Service, Ingress, ConfigMap | full | How long a server may stay silent before HAProxy answers 504. |\n";
    assert!(markdown.contains(row), "{markdown}");
    let json = folder
        .run("annotations --dialect haproxytech --format json")
        .out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let rows = json.as_array().expect("a list");
    let row = rows
        .iter()
        .find(|row| row["key"] == "timeout-server")
        .expect("the key");
    assert_eq!(row["full_key"], "haproxy.org/timeout-server");
    assert_eq!(row["alias_of"], serde_json::Value::Null);
    assert_eq!(
        row["on"],
        serde_json::json!(["Service", "Ingress", "ConfigMap"])
    );
    assert_eq!(row["grammar"]["name"], "duration");
    assert_eq!(row["support"]["level"], "full");
    for row in rows.iter().filter(|row| !row["alias_of"].is_null()) {
        let of = rows.iter().find(|other| other["key"] == row["alias_of"]);
        let names = of.and_then(|of| of["aliases"].as_array()).expect("the key");
        assert!(names.contains(&row["key"]), "{row}");
    }
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
    let ran = Folder::new().run("schema annotations");
    let committed = include_str!("../../docs/schema/annotations.json");
    assert!(ran.out == committed, "the committed schema is stale");
    let ran = Folder::new().run("schema report");
    let committed = include_str!("../../docs/schema/report.json");
    assert!(ran.out == committed, "the committed schema is stale");
}
