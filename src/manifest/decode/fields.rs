//! Which fields a struct may and must have, in which edition of the API.
//!
//! In: the struct's name and the field names that k8s-openapi hands over. Out: findings for unknown and missing fields. The
//! fields that v1beta1 had and v1 lost are known here: legal in an old object, and kept for one finding in a new one.

use crate::finding::{Code, Fix};
use crate::manifest::mend;
use crate::manifest::place::Place;
use crate::manifest::remarks::{Legacy, Remarks};
use crate::source::{Node, Resolved};

/// Which version an object is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::manifest) enum Edition {
    /// What clusters serve.
    V1,
    /// `v1beta1`, which is read so that the other checks can run.
    V1Beta1,
}

impl Edition {
    /// Whether `field` is legal in the struct.
    pub(super) fn allows(self, structure: &str, field: &str, fields: &[&str]) -> bool {
        match self {
            Self::V1 => fields.contains(&field),
            Self::V1Beta1 => {
                let [old, new] = renamed(structure);
                old.contains(&field) || fields.contains(&field) && !new.contains(&field)
            }
        }
    }
}

/// The fields that v1beta1 had alone, and those that v1 has alone.
fn renamed(structure: &str) -> [&'static [&'static str]; 2] {
    match structure {
        "IngressSpec" => [&["backend"], &["defaultBackend"]],
        "IngressBackend" => [&["serviceName", "servicePort"], &["service"]],
        "Endpoint" => [&["topology"], &["deprecatedTopology", "zone"]],
        _ => [&[], &[]],
    }
}

/// What the API requires and no check further on asks for. Source: the "required" lists of the API definitions.
const REQUIRED: [(&str, &[&str]); 8] = [
    ("Endpoint", &["addresses"]),
    ("EndpointAddress", &["ip"]),
    ("EndpointSlice", &["addressType"]),
    ("HTTPIngressRuleValue", &["paths"]),
    ("IngressClassParametersReference", &["kind", "name"]),
    ("OwnerReference", &["apiVersion", "kind", "name", "uid"]),
    ("ServicePort", &["port"]),
    ("TypedLocalObjectReference", &["kind", "name"]),
];

/// Reports required fields that are absent, null, or an empty list.
pub(super) fn check_required(place: &Place<'_, '_>, structure: &str, remarks: &Remarks<'_>) {
    let row = REQUIRED.binary_search_by_key(&structure, |(name, _)| name);
    let Ok((_, fields)) = row.map(|row| REQUIRED[row]) else {
        return;
    };
    for field in fields {
        let value = place.child(field);
        let is_empty = value
            .node()
            .is_some_and(|node| node.is_sequence() && node.items().len() == 0);
        if !value.is_set() || is_empty {
            remarks.at(
                &value,
                Code::MISSING_REQUIRED_FIELD,
                format_args!("required `{}`", value.path()),
                if is_empty { "is empty" } else { "is missing" },
                format!("add `{field}`"),
            );
        }
    }
}

/// More fields than any struct has. Among so many, nobody looks whether the right one is there, too.
const LONG: usize = 100;

/// Reports a field that the struct does not have.
pub(super) fn refuse(
    place: &Place<'_, '_>,
    structure: &str,
    fields: &[&str],
    edition: Edition,
    remarks: &Remarks<'_>,
) {
    let (Some(name), Some(key)) = (place.name(), place.key()) else {
        return;
    };
    let [old, _] = renamed(structure);
    if edition == Edition::V1 && structure.starts_with("Ingress") && old.contains(&name) {
        remarks.note_legacy(Legacy {
            key: key.origin(),
            path: place.path(),
            meant: in_v1(place, name),
        });
        return;
    }
    let legal = || {
        fields
            .iter()
            .filter(|field| edition.allows(structure, field, fields))
    };
    let meant = nearest(name, legal().copied());
    if let Some(mapping) = place.parent() {
        remarks.note_strange(mapping, meant);
    }
    let mapping = place.parent().and_then(Place::node);
    let is_long = mapping.is_none_or(|mapping| mapping.entries().len() > LONG);
    let there = |meant: &str| !is_long && mapping.is_some_and(|it| it.get(meant).is_some());
    let advice = match meant {
        _ if place.parent().is_some_and(|it| it.parent().is_none())
            && let Some(below) = home(structure, name) =>
        {
            (format!("move it below `{below}`"), None)
        }
        Some(meant) if there(meant) => (format!("remove it: `{meant}` is there, too"), None),
        Some(meant) => {
            let fix = Fix::needs_a_look(format!("rename it to `{meant}`"));
            let fix = mend::respell(fix, key, meant, remarks);
            (format!("write `{meant}`"), fix.filter(|_| !is_long))
        }
        None if legal().count() <= 8 => {
            let legal: Vec<String> = legal().map(|field| format!("`{field}`")).collect();
            let help = format!("remove it, or write one of {}", legal.join(", "));
            (help, None)
        }
        None => ("remove it".to_owned(), None),
    };
    let here = place
        .parent()
        .map(Place::path)
        .filter(|path| !path.is_empty());
    remarks.at_key(
        place,
        Code::UNKNOWN_FIELD,
        "",
        format_args!(
            "has no field `{name}`{}",
            here.map_or_else(String::new, |path| format!(" in `{path}`"))
        ),
        advice,
    );
}

/// Below which field a field belongs that stands beside it.
fn home(structure: &str, name: &str) -> Option<&'static str> {
    match (structure, name) {
        (_, "name" | "namespace" | "labels" | "annotations") => Some("metadata"),
        ("Ingress", "rules" | "tls" | "ingressClassName" | "defaultBackend")
        | ("Service", "ports" | "selector" | "type" | "externalName")
        | ("IngressClass", "controller") => Some("spec"),
        _ => None,
    }
}

/// A field of v1beta1 as v1 spells it.
fn in_v1(place: &Place<'_, '_>, name: &str) -> Option<String> {
    if name == "backend" {
        return Some("`defaultBackend` for `backend`".to_owned());
    }
    let backend = place.parent()?;
    let (service, port) = (backend.child("serviceName"), backend.child("servicePort"));
    // The pair is spelt out once, at whichever is there.
    if name == "servicePort" && service.is_set() {
        return None;
    }
    let text = |field: &Place<'_, '_>| field.node().and_then(Node::text).unwrap_or("…").to_owned();
    let key = match port.node().and_then(Node::resolved) {
        Some(Resolved::String) if text(&port).parse::<u16>().is_err() => "name",
        _ => "number",
    };
    let (service, port) = (text(&service), text(&port));
    Some(format!(
        "`service: {{name: {service}, port: {{{key}: {port}}}}}`"
    ))
}

/// The name that was probably meant: the same in another case, or a slip or two away.
pub(in crate::manifest) fn nearest<'n>(
    name: &str,
    legal: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    let slips = (name.len() / 3).clamp(1, 3);
    let lower = name.to_lowercase();
    legal
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= slips)
        .map(|candidate| {
            let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|&(distance, _)| distance <= slips)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1 as core;
    use k8s_openapi::api::discovery::v1 as discovery;
    use k8s_openapi::api::networking::v1 as networking;
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
    use serde::de::{self, Deserializer, Visitor};
    use serde::{Deserialize, forward_to_deserialize_any};

    use super::*;

    #[test]
    fn the_table_of_required_fields_is_sorted() {
        assert!(REQUIRED.is_sorted());
    }

    /// Answers with the struct's name and fields instead of decoding it.
    struct Probe;

    #[derive(Debug)]
    struct Fields(&'static str, &'static [&'static str]);

    impl std::fmt::Display for Fields {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{self:?}")
        }
    }

    impl std::error::Error for Fields {}

    impl de::Error for Fields {
        fn custom<T: std::fmt::Display>(_: T) -> Self {
            Self("not a struct", &[])
        }
    }

    impl<'de> Deserializer<'de> for Probe {
        type Error = Fields;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Fields> {
            Err(de::Error::custom(""))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Fields> {
            Err(Fields(name, fields))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn fields_of<T: for<'de> Deserialize<'de> + std::fmt::Debug>() -> Fields {
        T::deserialize(Probe).expect_err("the probe decodes nothing")
    }

    #[test]
    fn the_tables_name_structs_and_fields_that_exist() {
        let known = [
            fields_of::<discovery::Endpoint>(),
            fields_of::<discovery::EndpointSlice>(),
            fields_of::<core::EndpointAddress>(),
            fields_of::<core::ServicePort>(),
            fields_of::<core::TypedLocalObjectReference>(),
            fields_of::<networking::HTTPIngressRuleValue>(),
            fields_of::<networking::IngressBackend>(),
            fields_of::<networking::IngressClassParametersReference>(),
            fields_of::<networking::IngressSpec>(),
            fields_of::<OwnerReference>(),
        ];
        let find = |name| known.iter().find(|Fields(known, _)| *known == name);
        for (name, required) in REQUIRED {
            let Fields(_, fields) = find(name).expect("a struct of this name");
            assert!(
                required.iter().all(|field| fields.contains(field)),
                "{name}"
            );
        }
        for name in ["IngressSpec", "IngressBackend", "Endpoint"] {
            let Fields(_, fields) = find(name).expect("a struct of this name");
            let [old, new] = renamed(name);
            assert!(new.iter().all(|field| fields.contains(field)), "{name}");
            assert!(!old.iter().any(|field| fields.contains(field)), "{name}");
        }
    }

    #[test]
    fn the_nearest_name_is_a_slip_away() {
        let fields = ["path", "pathType", "backend", "port", "ingressClassName"];
        let rows = [
            ("pathTyp", Some("pathType")),
            ("pathtype", Some("pathType")),
            ("prot", Some("port")),
            ("ingresClassName", Some("ingressClassName")),
            ("weight", None),
        ];
        for (name, meant) in rows {
            assert_eq!(nearest(name, fields.into_iter()), meant, "{name}");
        }
    }
}
