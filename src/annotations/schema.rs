//! The keys as a JSON Schema (2020-12): what editors offer, and what they underline.
//!
//! It knows each key's pattern, and not its whole grammar: what it refuses, `ingressc check` refuses, too.

use serde_json::{Map, Value, json};

use super::registry::{all, spellings};
use super::spec::{On, Spec};

/// The schema, as the text of a file, for every file of manifests: objects of other kinds pass. `$defs` has one for each kind of object.
///
/// Which ConfigMap is the controller's is not known from the object, and the ConfigMaps of applications hold keys of any name. So its
/// schema is nobody's unless an editor is told which file it is for.
pub(crate) fn schema() -> String {
    let kinds = [On::Ingress, On::Service].map(|on| {
        let kind = on.name();
        json!({
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {"$ref": format!("#/$defs/{kind}")},
        })
    });
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Annotations that ingressc compiles",
        "$comment": "$defs/ConfigMap is for the file of the controller's ConfigMap alone: a schema {\"$ref\": \"annotations.json#/$defs/ConfigMap\"} applies it",
        "allOf": kinds,
        "$defs": {
            "Ingress": object(On::Ingress),
            "Service": object(On::Service),
            "ConfigMap": {"properties": {"data": keys(On::ConfigMap)}},
        },
    });
    format!("{whole:#}\n")
}

fn object(on: On) -> Value {
    json!({"properties": {"metadata": {"properties": {"annotations": keys(on)}}}})
}

/// The keys that may stand on an object, in each of their spellings.
fn keys(on: On) -> Value {
    let mut properties = Map::new();
    // The name of an open key may be anything.
    for spec in all().filter(|spec| spec.on.contains(&on) && !spec.is_open()) {
        for spelling in spellings(spec) {
            let written = match on {
                _ if !spec.is_prefixed() => vec![spelling.to_owned()],
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
    // Keys of tools are no mistakes; in data there is nothing else. A field without a value is as good as none.
    match on {
        On::ConfigMap => {
            json!({"type": ["object", "null"], "properties": properties, "additionalProperties": false})
        }
        _ => json!({"type": ["object", "null"], "properties": properties}),
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
