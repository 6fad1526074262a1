//! The reader, the schema and the reference say the same.

use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::reference::reference;
use super::schema::{schema, value};
use super::{Form, Key, table};
use crate::config::{Base, Config, read, set};
use crate::fresh::fresh;
use crate::source::{File, Sources};

#[test]
fn the_committed_schema_is_fresh() {
    fresh("docs/schema/config.json", "config::keys", |_| schema());
}

/// Between what a person wrote and what is made.
const MARK: &str = "<!-- Made of src/config/keys/table.rs. -->\n";

#[test]
fn the_committed_reference_is_fresh() {
    fresh("docs/configuration.md", "config::keys", |have| {
        let written = have.split(MARK).next().unwrap_or_default();
        format!(
            "{written}{MARK}\n{}",
            reference().trim_end().to_owned() + "\n"
        )
    });
}

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&schema()).expect("JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("a JSON Schema");
    jsonschema::draft202012::new(&schema).expect("a JSON Schema")
}

fn mistakes(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add(File::new("ingressc.yaml", text));
    let mistakes = read(&mut Config::default(), &sources, file, &Base::default());
    mistakes
        .into_iter()
        .map(|mistake| mistake.message.value)
        .collect()
}

/// What the schema is asked: YAML 1.2, as editors read it.
fn document(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

/// A key, the keys that lead to it, and a document with nothing but it and what its mappings require.
struct Place {
    path: Vec<String>,
    key: &'static Key,
    /// The example in its place.
    document: Value,
    /// The same with the default.
    default: Option<Value>,
}

/// Stands for the first item of a list in a path.
const ITEM: &str = "[]";

/// The mapping to which a path leads.
fn below_path<'v>(document: &'v mut Value, path: &[String]) -> &'v mut Value {
    path.iter().fold(document, |value, key| match key.as_str() {
        ITEM => &mut value[0],
        key => &mut value[key],
    })
}

fn places() -> Vec<Place> {
    let mut places = Vec::new();
    walk(table::ROOT, &[], &|value| value, &mut places);
    places
}

fn walk(
    keys: &'static [Key],
    above: &[String],
    wrap: &dyn Fn(Value) -> Value,
    places: &mut Vec<Place>,
) {
    let plain = |text: &str| serde_json::to_value(value(text)).expect("JSON");
    for key in keys {
        let path = [above, &[key.name.to_owned()]].concat();
        let within = |value: Value| {
            let mut mapping = json!({});
            for other in keys.iter().filter(|other| other.required) {
                mapping[other.name] = plain(other.example);
            }
            mapping[key.name] = value;
            wrap(mapping)
        };
        places.push(Place {
            document: within(plain(key.example)),
            default: key.default.map(|default| within(plain(default))),
            path: path.clone(),
            key,
        });
        below(&key.form, &path, &within, places);
    }
}

fn below(
    form: &'static Form,
    path: &[String],
    wrap: &dyn Fn(Value) -> Value,
    places: &mut Vec<Place>,
) {
    match *form {
        Form::Section(keys) | Form::Shared(_, keys) => walk(keys, path, wrap, places),
        Form::Named(name, of) => {
            // A cluster may be a backup of another one.
            let wrap = |value| match path {
                [clusters] if clusters == "clusters" => {
                    wrap(json!({ name.example: value, "other": { "inputs": ["x"] } }))
                }
                _ => wrap(json!({ name.example: value })),
            };
            below(
                of,
                &[path, &[name.example.to_owned()]].concat(),
                &wrap,
                places,
            );
        }
        Form::Either(one, other) => {
            below(one, path, wrap, places);
            below(other, path, wrap, places);
        }
        Form::Entries(keys, one_of) => {
            let path = [path, &[ITEM.to_owned()]].concat();
            // What every entry has to have, and one of the two.
            let wrap = |mut entry: Value| {
                if !one_of.iter().any(|name| entry.get(name).is_some()) {
                    let needed = keys.iter().find(|key| key.name == one_of[0]);
                    entry[one_of[0]] = needed.map(|key| key.example).into();
                }
                wrap(json!([entry]))
            };
            walk(keys, &path, &wrap, places);
        }
        Form::Rules(beside, rule) => {
            walk(beside, path, wrap, places);
            let wrap = |value| wrap(json!({ "ING501": value }));
            walk(
                rule,
                &[path, &["ING501".to_owned()]].concat(),
                &wrap,
                places,
            );
        }
        _ => {}
    }
}

/// JSON is YAML.
fn text(document: &Value) -> String {
    document.to_string()
}

#[test]
fn every_example_is_legal_for_the_reader_and_the_schema() {
    let validator = validator();
    for Place { document, path, .. } in places() {
        assert_eq!(
            mistakes(&text(&document)),
            Vec::<String>::new(),
            "{document}"
        );
        assert!(validator.is_valid(&document), "{path:?}: {document}");
    }
}

/// Whether it has keys of ours only. The `endpoints` of an EndpointSlice are a list.
fn is_ours(document: &Value) -> bool {
    let names = super::names(table::ROOT);
    document.as_object().is_some_and(|mapping| {
        let ours = |(key, value): (&String, &Value)| {
            names.contains(&key.as_str()) && !(key == "endpoints" && value.is_array())
        };
        !mapping.is_empty() && mapping.iter().all(ours)
    })
}

/// What is shown of `ingressc.yaml` anywhere: blocks of YAML with keys of the table at the top.
#[test]
#[expect(clippy::disallowed_methods, reason = "the guides are files")]
fn the_examples_of_the_guides_are_legal() {
    let validator = validator();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("README.md")];
    for folder in ["docs", "docs/rules"] {
        let entries = std::fs::read_dir(root.join(folder)).expect("a folder");
        files.extend(entries.map(|entry| entry.expect("readable").path()));
    }
    files.retain(|file| file.extension().is_some_and(|end| end == "md"));
    let mut tried = 0;
    for file in files {
        let guide = std::fs::read_to_string(&file).expect("text");
        for block in guide.split("```yaml").skip(1) {
            let (_, block) = block.split_once('\n').unwrap_or_default();
            let block = block.split("```").next().unwrap_or_default();
            let indent = block.len() - block.trim_start_matches(' ').len();
            let text = block.lines().fold(String::new(), |text, line| {
                text + line.get(indent..).unwrap_or_default() + "\n"
            });
            let Ok(document) = serde_yaml::from_str(&text) else {
                continue;
            };
            if !is_ours(&document) {
                continue;
            }
            let place = file.display();
            assert_eq!(mistakes(&text), Vec::<String>::new(), "{place}: {text}");
            assert!(validator.is_valid(&document), "{place}: {text}");
            tried += 1;
        }
    }
    assert!(tried > 6, "{tried} examples");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the cases are files")]
fn the_configurations_of_the_cases_are_legal() {
    let validator = validator();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/compile");
    let mut tried = 0;
    for case in std::fs::read_dir(cases).expect("there are cases") {
        let file = case
            .expect("readable")
            .path()
            .join(crate::config::FILE_NAME);
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let errors: Vec<String> = validator
            .iter_errors(&document(&text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", file.display());
        tried += 1;
    }
    assert!(tried > 5, "{tried} configurations");
}

/// Places are not what is meant.
fn placeless(text: &mut String) -> &str {
    for absent in ["origin: None", "origin: Some(Origin"] {
        *text = text.replace(absent, "origin: Origin");
    }
    *text =
        text.split("origin: Origin")
            .enumerate()
            .fold(String::new(), |text, (at, part)| match at {
                0 => text + part,
                // Of a place that is there, its numbers.
                _ => match part.strip_prefix(" {") {
                    Some(place) => {
                        let rest = place.split_once('}').map_or(place, |(_, rest)| rest);
                        text + rest.strip_prefix(')').unwrap_or(rest)
                    }
                    None => text + part,
                },
            });
    text
}

#[test]
fn every_default_means_what_nothing_means() {
    let settings = |document: Value| {
        let mut sources = Sources::default();
        let file = sources.add(File::new("ingressc.yaml", text(&document)));
        let mut config = Config::default();
        assert_eq!(read(&mut config, &sources, file, &Base::default()), []);
        (
            format!("{:?}", crate::Settings::new(&config, false)),
            config.fail_on,
        )
    };
    let validator = validator();
    let mut tried = 0;
    for Place { default, path, .. } in places() {
        let Some(default) = default else { continue };
        assert!(validator.is_valid(&default), "{path:?}: {default}");
        let mut nothing = default.clone();
        let mapping = below_path(&mut nothing, &path[..path.len() - 1]);
        let last = path.last().expect("a key").as_str();
        mapping.as_object_mut().expect("a mapping").remove(last);
        let (mut with, failing) = settings(default);
        let (mut without, _) = settings(nothing);
        assert_eq!(placeless(&mut with), placeless(&mut without), "{path:?}");
        assert!(failing.is_none_or(|at| at == crate::finding::Severity::Error));
        tried += 1;
    }
    assert!(tried > 15, "{tried} defaults");
}

#[test]
fn no_key_is_read_that_the_table_does_not_have_and_none_is_missing() {
    let validator = validator();
    for Place {
        mut document,
        path,
        key,
        ..
    } in places()
    {
        let mapping = below_path(&mut document, &path[..path.len() - 1]);
        let value = mapping.as_object_mut().expect("a mapping").remove(key.name);
        mapping[format!("{}x", key.name)] = value.expect("there is an example");
        let told = mistakes(&text(&document));
        let unknown = |message: &String| {
            message.starts_with("unknown key") || message.starts_with("there is no rule")
        };
        assert!(told.iter().any(unknown), "{document}: {told:?}");
        assert!(!validator.is_valid(&document), "{document}");
    }
}

#[test]
fn set_reaches_every_key() {
    for Place { path, key, .. } in places() {
        // A list is given as a whole.
        if path.iter().any(|part| part == ITEM) {
            continue;
        }
        // A cluster is nothing without inputs, nor `dns` without servers: those are asked for first.
        let needs = match path[..] {
            [ref first, ref name, _, ..] if first == "clusters" => {
                vec![
                    "clusters.other.inputs=[x]".to_owned(),
                    format!("clusters.{name}.inputs=[x]"),
                    format!("clusters.{name}.endpoints.dns.nameservers=[10.0.0.1]"),
                ]
            }
            _ => vec!["endpoints.dns.nameservers=[10.0.0.1]".to_owned()],
        };
        let mut config = Config::default();
        let mut sources = Sources::default();
        for text in needs
            .into_iter()
            .chain([format!("{}={}", path.join("."), key.example)])
        {
            let file = sources.add(File::new("--set", text.clone()));
            assert_eq!(set(&mut config, &sources, file), [], "{text}");
        }
    }
}

#[test]
fn values_are_judged_alike() {
    let validator = validator();
    let (good, bad) = (include_str!("good.yaml"), include_str!("bad.yaml"));
    for (cases, legal) in [(good, true), (bad, false)] {
        let cases: Vec<&str> = cases
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(cases.len() > 20);
        for case in cases {
            let told = mistakes(case);
            assert_eq!(told.is_empty(), legal, "the reader on {case}: {told:?}");
            let by_schema = validator.is_valid(&document(case));
            assert_eq!(by_schema, legal, "the schema on {case}");
        }
    }
}
