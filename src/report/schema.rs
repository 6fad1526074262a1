//! The JSON Schema of `json-v1`.

use serde_json::{Value, json};

/// JSON Schema 2020-12, ending in a line feed. Other fields than the described ones are allowed: some may be added.
pub fn schema() -> String {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ingressc json-v1",
        "description": "The findings of `ingressc check --format json-v1`. Fields may be added; none is removed or renamed.",
        "type": "object",
        "required": ["version", "tool", "findings", "summary"],
        "properties": {
            "version": {"const": 1},
            "tool": object(&[
                ("name", described("string", "ingressc")),
                ("version", described("string", "The version of the program.")),
            ]),
            "findings": {
                "description": "Sorted by file, place and code.",
                "type": "array",
                "items": {"$ref": "#/$defs/finding"},
            },
            "summary": {"$ref": "#/$defs/summary"},
        },
        "$defs": {
            "finding": finding(),
            "place": object(&[
                ("file", described("string", "As it was named on the command line, with `/` between folders.")),
                ("start", reference("point")),
                ("end", reference("point")),
                ("message", described("string", "What is to be said about this place; may be empty.")),
            ]),
            "point": object(&[
                ("line", at_least(1, "From 1.")),
                ("column", at_least(1, "From 1, in Unicode characters.")),
                ("byte", at_least(0, "From 0, in the text as it is read.")),
            ]),
            "fix": object(&[
                ("title", described("string", "What it does, in the imperative.")),
                ("safety", json!({"description": "`safe`: `--fix` applies it. `unsafe`: somebody has to look.", "enum": ["safe", "unsafe"]})),
                ("edits", json!({"description": "All of them, or none. They do not overlap.", "type": "array", "items": {"$ref": "#/$defs/edit"}})),
            ]),
            "edit": object(&[
                ("file", described("string", "As in a place.")),
                ("start", reference("point")),
                ("end", reference("point")),
                ("replacement", described("string", "What stands between the two points afterwards.")),
            ]),
            "summary": summary(),
        },
    });
    format!("{schema:#}\n")
}

fn finding() -> Value {
    let severities = json!({
        "description": "After the configuration has been applied.",
        "enum": ["error", "warning", "info", "pedantic"],
    });
    object(&[
        (
            "code",
            json!({"description": "The rule's number. Never reused.", "type": "string", "pattern": "^ING[0-9]{3}$"}),
        ),
        ("name", described("string", "The rule's name.")),
        ("severity", severities),
        ("message", described("string", "One sentence. Not stable.")),
        ("object", nullable("`Kind namespace/name`.")),
        (
            "field",
            nullable("The field, in the notation of the API server's messages."),
        ),
        ("help", nullable("What to do.")),
        (
            "notes",
            json!({"description": "Background.", "type": "array", "items": {"type": "string"}}),
        ),
        (
            "places",
            json!({"description": "The primary place first. Empty when the input as a whole is meant.", "type": "array", "items": {"$ref": "#/$defs/place"}}),
        ),
        (
            "fingerprint",
            json!({"description": "Stays when lines move.", "type": "string", "pattern": "^[0-9a-f]{32}$"}),
        ),
        (
            "fix",
            json!({"description": "Edits that mend it.", "anyOf": [{"$ref": "#/$defs/fix"}, {"type": "null"}]}),
        ),
    ])
}

fn summary() -> Value {
    object(&[
        ("files", at_least(0, "Files that were read.")),
        ("objects", at_least(0, "Objects of compiled kinds.")),
        (
            "files_with_findings",
            at_least(0, "Files with a listed finding."),
        ),
        ("errors", at_least(0, "Listed errors.")),
        ("warnings", at_least(0, "Listed warnings.")),
        ("infos", at_least(0, "Listed infos.")),
        ("pedantic", at_least(0, "Listed matters of taste.")),
        (
            "hidden",
            object(&[
                ("deselected", at_least(0, "By `--select` or `--ignore`.")),
                ("off", at_least(0, "By `level: off` in the configuration.")),
                (
                    "ignored",
                    at_least(0, "By a comment, an annotation or the configuration."),
                ),
                ("baseline", at_least(0, "By the baseline.")),
                ("pedantic", at_least(0, "For want of `--pedantic`.")),
                ("below", at_least(0, "By `--min-severity`.")),
            ]),
        ),
        (
            "baseline_fixed",
            at_least(0, "Findings of the baseline that are no more."),
        ),
    ])
}

/// An object all of whose described fields are there.
fn object(fields: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> = fields
        .iter()
        .map(|(name, of)| ((*name).to_owned(), of.clone()))
        .collect();
    json!({"type": "object", "required": names, "properties": properties})
}

fn described(of: &str, description: &str) -> Value {
    json!({"description": description, "type": of})
}

fn nullable(description: &str) -> Value {
    json!({"description": description, "type": ["string", "null"]})
}

fn at_least(minimum: u32, description: &str) -> Value {
    json!({"description": description, "type": "integer", "minimum": minimum})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{hostile, sample};
    use crate::report::{Summary, json};

    #[test]
    fn the_committed_schema_is_fresh() {
        crate::fresh::fresh("docs/schema/report.json", "report::schema", |_| schema());
    }

    /// The schema with no room for fields that it does not describe.
    fn strict() -> jsonschema::Validator {
        fn close(value: &mut Value) {
            match value {
                Value::Object(map) => {
                    if map.contains_key("properties") {
                        map.insert("additionalProperties".to_owned(), false.into());
                    }
                    map.values_mut().for_each(close);
                }
                Value::Array(items) => items.iter_mut().for_each(close),
                _ => {}
            }
        }
        let mut schema = serde_json::from_str(&schema()).expect("JSON");
        jsonschema::meta::validate(&schema).expect("a schema");
        close(&mut schema);
        jsonschema::validator_for(&schema).expect("a schema")
    }

    #[test]
    fn every_field_is_described() {
        let strict = strict();
        for (sources, findings) in [sample(), hostile()] {
            let summary = Summary::of(&findings, &sources, 2);
            let text = json(&findings, &sources, &summary);
            let mut report: Value = serde_json::from_str(&text).expect("JSON");
            let wrong: Vec<String> = strict
                .iter_errors(&report)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
            report["findings"][0]["severity"] = "fatal".into();
            assert!(!strict.is_valid(&report));
        }
    }
}
