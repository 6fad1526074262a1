//! Every key of every dialect has a case, in which it stands; and what editors say about the cases is what `check` says.

use std::path::Path;

use ingressc::annotations;
use ingressc::finding::Finding;
use jsonschema::Validator;
use serde::Deserialize as _;
use serde_json::Value;

use crate::{cases, pipeline};

#[test]
fn every_key_has_a_case() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/annotations");
    let mut missing = Vec::new();
    for spec in annotations::all() {
        let case = format!("{}/{}", spec.dialect.name(), spec.key);
        if !stands_in(&testdata.join(&case), spec.key) {
            missing.push(case);
        }
    }
    assert!(
        missing.is_empty(),
        "{} keys without a case in testdata/annotations, or with one that does not have the key: {missing:#?}",
        missing.len()
    );
}

/// Whether some file of the folder has the key.
fn stands_in(folder: &Path, key: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    let mut files = entries.map(|entry| entry.expect("readable").path());
    files.any(|file| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        // An open key ends as the user likes.
        let mut lines = text.lines();
        let is_open = key.ends_with(['.', '/']);
        let begins = is_open && lines.any(|line| ends_of_its_own(line, key));
        begins || text.contains(&format!("{key}: ")) || text.contains(&format!("{key}\": "))
    })
}

/// Whether a line holds a key that begins so, and goes on.
fn ends_of_its_own(line: &str, key: &str) -> bool {
    let end = line
        .split_once(key)
        .and_then(|(_, rest)| rest.split_once(": "));
    end.is_some_and(|(end, _)| !end.is_empty() && !end.contains(' '))
}

#[test]
fn the_schema_refuses_no_manifest_that_check_has_nothing_to_say_about() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/annotations.json");
    let text = std::fs::read_to_string(path).expect("the schema is committed");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a JSON Schema");
    cases::each(&cases::folders(), |case| {
        let refused = refused(case, &validator);
        if refused.is_empty() {
            return Vec::new();
        }
        let compiled = pipeline::compile(case);
        let is_told = |file: &str| {
            let origins = compiled.findings.iter().filter_map(Finding::origin);
            let mut names = origins.map(|origin| &compiled.sources.file(origin.file).name);
            names.any(|name| name.ends_with(file))
        };
        let mut complaints = Vec::new();
        for (file, kind) in refused {
            if !["Ingress", "Service"].contains(&kind.as_str()) || !is_told(&file) {
                complaints.push(format!("{}/{file}: {kind} is refused", cases::name(case)));
            }
        }
        complaints
    });
}

/// The objects of a case that the schema refuses: the name of the file, and the kind.
fn refused(case: &Path, validator: &Validator) -> Vec<(String, String)> {
    let mut refused = Vec::new();
    for entry in std::fs::read_dir(case).expect("a folder") {
        let file = entry.expect("readable").file_name();
        let file = file.to_str().expect("text").to_owned();
        let text = std::fs::read_to_string(case.join(&file)).unwrap_or_default();
        if Path::new(&file).extension().is_none_or(|it| it != "yaml") {
            continue;
        }
        for document in serde_yaml::Deserializer::from_str(&text) {
            // What is no YAML, or has other keys than text, is none of the schema's business.
            let Ok(object) = Value::deserialize(document) else {
                break;
            };
            if !validator.is_valid(&object) {
                let kind = object["kind"].as_str().unwrap_or_default();
                refused.push((file.clone(), kind.to_owned()));
            }
        }
    }
    refused
}
