//! The keys as a JSON Schema (2020-12): what editors offer, and what they underline.
//!
//! It knows each key's pattern, and not its whole grammar: what it refuses, `ingressc check` refuses, too.

use serde_json::{Map, Value, json};

use super::registry::{all, spellings};
use super::spec::{On, Spec};

/// The schema, as the text of a file. `$defs` has one for the annotations of each kind of object, and one for the data of the ConfigMap.
pub(crate) fn schema() -> String {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Annotations that ingressc compiles",
        "type": "object",
        "oneOf": [
            object("Ingress", "metadata"),
            object("Service", "metadata"),
            json!({
                "properties": {
                    "kind": {"const": "ConfigMap"},
                    "data": {"$ref": "#/$defs/ConfigMap"},
                },
                "required": ["kind"],
            }),
        ],
        "$defs": {
            "Ingress": keys(On::Ingress),
            "Service": keys(On::Service),
            "ConfigMap": keys(On::ConfigMap),
        },
    });
    format!("{whole:#}\n")
}

fn object(kind: &str, field: &str) -> Value {
    let annotations = json!({"$ref": format!("#/$defs/{kind}")});
    json!({
        "properties": {
            "kind": {"const": kind},
            field: {"properties": {"annotations": annotations}},
        },
        "required": ["kind"],
    })
}

/// The keys that may stand on an object, in each of their spellings.
fn keys(on: On) -> Value {
    let mut properties = Map::new();
    for spec in all().filter(|spec| spec.on.contains(&on)) {
        for spelling in spellings(spec) {
            let written = match on {
                On::ConfigMap | On::TcpConfigMap => vec![spelling.to_owned()],
                On::Service | On::Ingress => {
                    let prefixes = spec.dialect.prefixes().iter();
                    prefixes
                        .map(|prefix| format!("{prefix}{spelling}"))
                        .collect()
                }
            };
            for key in written {
                properties.insert(key, property(spec, spelling));
            }
        }
    }
    // Keys of tools are no mistakes; in data there is nothing else.
    match on {
        On::ConfigMap => {
            json!({"type": "object", "properties": properties, "additionalProperties": false})
        }
        _ => json!({"type": "object", "properties": properties}),
    }
}

fn property(spec: &Spec, spelling: &str) -> Value {
    let mut property = json!({
        "type": "string",
        "description": spec.summary(),
        "examples": [spec.example],
    });
    if let Some(pattern) = spec.grammar.pattern {
        // The empty string means "as if nothing were said".
        property["anyOf"] = json!([{"const": ""}, {"pattern": pattern}]);
    }
    if let Some(default) = spec.default {
        property["default"] = default.into();
    }
    if spelling != spec.key {
        property["deprecated"] = true.into();
    }
    property
}
