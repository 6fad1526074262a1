//! A tree into a k8s-openapi type, going on after every mistake.
//!
//! In: the root of an object. Out: the typed object, and remarks: unknown fields, wrong types, missing required fields, each
//! at the key or value. Where a value cannot be read, something harmless stands in for it. Scalars are read as kubectl reads
//! them before the API server sees them: YAML 1.1 into JSON, then Go's `encoding/json` into the type.

mod fields;
mod scalar;

use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

pub(super) use fields::{Edition, nearest};

use super::place::{Node, Place};
use super::remarks::Remarks;
use crate::finding::Code;
use crate::source::{Origin, Resolved};

/// Decodes an object. `None` when a value defies every placeholder, which has its finding then.
pub(super) fn decode<'a, T: Deserialize<'a>>(
    root: &Place<'_, 'a>,
    edition: Edition,
    remarks: &Remarks<'a>,
) -> Option<T> {
    let decoder = Decoder {
        place: root,
        remarks,
        edition,
        hint: Hint::None,
    };
    match T::deserialize(decoder) {
        Ok(object) => Some(object),
        Err(error) => {
            let origin = error.origin.unwrap_or_else(|| root.origin());
            let predicate = format_args!("cannot be read: {}", error.message);
            let finding = remarks.finding(root, origin, Code::WRONG_TYPE, "", predicate);
            remarks.push(finding.help("write a value of the type that the field has"));
            None
        }
    }
}

/// What the type alone does not tell about a scalar.
#[derive(Clone, Copy, PartialEq)]
enum Hint {
    None,
    /// Base64, line breaks allowed.
    Bytes,
    /// A number or a name.
    IntOrString,
    /// A number with a unit.
    Quantity,
    /// RFC 3339.
    Time,
}

#[derive(Clone, Copy)]
struct Decoder<'d, 'p, 'a> {
    place: &'d Place<'p, 'a>,
    remarks: &'d Remarks<'a>,
    edition: Edition,
    hint: Hint,
}

impl<'a> Decoder<'_, '_, 'a> {
    fn node(&self) -> Option<Node<'a>> {
        self.place.node()
    }

    /// The value is not of the field's type: says so, once.
    fn expected(&self, what: &str) {
        let written = self.remarks.written(self.place.origin());
        if super::names::template_marker(written).is_some_and(|marker| marker.start == 0) {
            self.remarks.spoil(
                self.place,
                Code::UNRENDERED_TEMPLATE,
                "is a template marker that nobody has rendered",
                "render the templates first, and give the result to ingressc",
            );
            return;
        }
        let found = match self.node() {
            Some(node) if node.is_mapping() => "a mapping",
            Some(node) if node.is_sequence() => "a list",
            Some(node) => match node.resolved() {
                Some(Resolved::Bool(_)) => "a bool",
                Some(Resolved::Integer(_) | Resolved::Float(_)) => "a number",
                _ => "text",
            },
            None => "nothing",
        };
        self.remarks.spoil(
            self.place,
            Code::WRONG_TYPE,
            format_args!("is {found} where {what} belongs"),
            format!("write {what} here"),
        );
    }

    fn structure<V: Visitor<'a>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let node = self.node().filter(|node| !node.is_null());
        let mapping = node.filter(|node| node.is_mapping());
        if node.is_some() && mapping.is_none() {
            self.expected("a mapping");
        } else if !name.is_empty() {
            fields::check_required(self.place, name, self.remarks);
        }
        visitor.visit_map(Entries {
            decoder: self,
            rest: mapping.map(Node::entries),
            value: None,
            name,
            fields,
        })
    }
}

impl<'a> Deserializer<'a> for Decoder<'_, '_, 'a> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let Some(node) = self.node() else {
            return visitor.visit_unit();
        };
        if matches!(self.hint, Hint::IntOrString | Hint::Quantity) {
            return self.number_or_text(node, visitor);
        }
        if node.is_mapping() {
            return self.deserialize_map(visitor);
        }
        if node.is_sequence() {
            return self.deserialize_seq(visitor);
        }
        match node.resolved() {
            Some(Resolved::Null) | None => visitor.visit_unit(),
            Some(Resolved::Bool(value)) => visitor.visit_bool(value),
            Some(Resolved::Integer(value)) => visitor.visit_i64(value),
            Some(Resolved::Float(value)) => visitor.visit_f64(value),
            Some(Resolved::String) => visitor.visit_borrowed_str(node.text().unwrap_or_default()),
        }
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.boolean())
    }

    fn deserialize_i32<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let value = self.integer(i64::from(i32::MIN)..=i64::from(i32::MAX));
        visitor.visit_i32(i32::try_from(value).unwrap_or_default())
    }

    fn deserialize_i64<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.integer(i64::MIN..=i64::MAX))
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.hint {
            Hint::Bytes => match self.base64() {
                std::borrow::Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                std::borrow::Cow::Owned(text) => visitor.visit_string(text),
            },
            Hint::Time => visitor.visit_borrowed_str(self.time()),
            _ => visitor.visit_borrowed_str(self.text()),
        }
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.place.is_set() {
            visitor.visit_some(self)
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let hint = match name {
            "Time" | "MicroTime" => Hint::Time,
            "Quantity" => Hint::Quantity,
            _ => Hint::None,
        };
        visitor.visit_newtype_struct(Self { hint, ..self })
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let node = self.node().filter(|node| !node.is_null());
        let list = node.filter(|node| node.is_sequence());
        if node.is_some() && list.is_none() {
            self.expected("a list");
        }
        visitor.visit_seq(Items {
            decoder: self,
            rest: list.map(Node::items),
            index: 0,
        })
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.structure("", &[], visitor)
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.structure(name, fields, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <V: Visitor<'a>>
        i8 i16 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier
    }
}

/// The entries of a mapping, checked against the legal fields if it is a struct.
struct Entries<'d, 'p, 'a, I> {
    decoder: Decoder<'d, 'p, 'a>,
    rest: Option<I>,
    value: Option<(Node<'a>, Node<'a>)>,
    /// The struct; empty for a map, whose keys are free.
    name: &'static str,
    fields: &'static [&'static str],
}

impl<'a, I: Iterator<Item = (Node<'a>, Node<'a>)>> MapAccess<'a> for Entries<'_, '_, 'a, I> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        let Decoder {
            place,
            remarks,
            edition,
            ..
        } = self.decoder;
        let is_root = !self.name.is_empty() && place.parent().is_none();
        for (key, value) in self.rest.iter_mut().flatten() {
            let Some(name) = key.text() else {
                remarks.at(
                    &place.entry(key, key),
                    Code::WRONG_TYPE,
                    "a key",
                    "is not text",
                    "write a plain key",
                );
                continue;
            };
            // Which type it is has been decided before; items of a list may inherit it.
            if is_root && matches!(name, "apiVersion" | "kind") {
                continue;
            }
            if !self.name.is_empty() && !edition.allows(self.name, name, self.fields) {
                let entry = place.entry(key, value);
                fields::refuse(&entry, self.name, self.fields, edition, remarks);
            }
            self.value = Some((key, value));
            return seed.deserialize(name.into_deserializer()).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        let Some((key, value)) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        let place = self.decoder.place.entry(key, value);
        let hint = match (self.name, place.name().unwrap_or_default()) {
            ("", _) => self.decoder.hint,
            ("Secret", "data") | ("ConfigMap", "binaryData") => Hint::Bytes,
            ("ServicePort", "targetPort") => Hint::IntOrString,
            _ => Hint::None,
        };
        let decoder = Decoder {
            place: &place,
            hint,
            ..self.decoder
        };
        seed.deserialize(decoder)
            .map_err(|error| error.or_at(value.origin()))
    }
}

struct Items<'d, 'p, 'a, I> {
    decoder: Decoder<'d, 'p, 'a>,
    rest: Option<I>,
    index: usize,
}

impl<'a, I: ExactSizeIterator<Item = Node<'a>>> SeqAccess<'a> for Items<'_, '_, 'a, I> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        let Some(node) = self.rest.as_mut().and_then(Iterator::next) else {
            return Ok(None);
        };
        let place = self.decoder.place.item(self.index, node);
        self.index += 1;
        let decoder = Decoder {
            place: &place,
            ..self.decoder
        };
        seed.deserialize(decoder)
            .map(Some)
            .map_err(|error| error.or_at(node.origin()))
    }

    fn size_hint(&self) -> Option<usize> {
        self.rest.as_ref().map(ExactSizeIterator::len)
    }
}

/// A value that the type refuses even after every placeholder, and the innermost place of it.
#[derive(Debug)]
struct Unreadable {
    message: String,
    origin: Option<Origin>,
}

impl Unreadable {
    fn or_at(self, origin: Origin) -> Self {
        Self {
            origin: self.origin.or(Some(origin)),
            ..self
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            origin: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::manifest::tests::{check_rows, object, read_files};

    #[test]
    fn unknown_fields_are_told_at_the_key_with_the_nearest_name() {
        let rows = [
            (
                "spec: {ports: [{prot: 80, port: 80}]}",
                "spec.ports[0].prot",
                "write `port`",
            ),
            (
                "spec: {ports: [{port: 80, weight: 1}]}",
                "spec.ports[0].weight",
                "remove it, or write one of",
            ),
            (
                "spec: {ports: [{port: 80}]}\nstatuss: {}",
                "statuss",
                "write `status`",
            ),
            (
                "spec: {ports: [{port: 80}], clusterip: a}",
                "spec.clusterip",
                "write `clusterIP`",
            ),
        ];
        for (rest, field, help) in rows {
            let (_, _, findings) = read_files(&[("a.yaml", &object("v1", "Service", rest))]);
            assert_eq!(findings.len(), 1, "{rest}: {findings:?}");
            assert_eq!(findings[0].code.name(), "unknown-field");
            assert_eq!(findings[0].field.as_deref(), Some(field));
            let given = findings[0].help.as_deref().unwrap_or_default();
            assert!(given.starts_with(help), "{given}");
        }
    }

    #[test]
    fn scalars_are_read_as_go_reads_them() {
        let rows: [(&str, &[&str], u16); 9] = [
            ("80", &[], 80),
            ("0120", &["ING015 spec.ports[0].port | 0120"], 80),
            ("080", &["ING015 spec.ports[0].port | 080"], 80),
            ("1e2", &["ING015 spec.ports[0].port | 1e2"], 100),
            ("80.0", &["ING015 spec.ports[0].port | 80.0"], 80),
            ("0x50", &["ING015 spec.ports[0].port | 0x50"], 80),
            ("8_0", &["ING015 spec.ports[0].port | 8_0"], 80),
            ("+80", &["ING015 spec.ports[0].port | +80"], 80),
            ("\"80\"", &["ING102 spec.ports[0].port | \"80\""], 80),
        ];
        for (written, expected, value) in rows {
            let rest = format!("spec: {{ports: [{{port: {written}}}]}}");
            check_rows("v1", "Service", &[(&rest, expected)]);
            let (_, manifests, _) = read_files(&[("a.yaml", &object("v1", "Service", &rest))]);
            let service = manifests.services.values().next().expect("a Service");
            assert_eq!(service.ports[0].port.value, value, "{written}");
        }
    }

    #[test]
    fn every_mistake_of_an_object_is_told_in_one_go() {
        check_rows(
            "v1",
            "Service",
            &[
                (
                    "spec:\n  type: yes\n  publishNotReadyAddresses: 'true'\n  selector: {a: 1, b: null}\n  ports:\n  - port: http\n  \
                     - port: 99999999999\n    name: [a]\n  ipFamilies: IPv4\n  prots: {}\n",
                    &[
                        "ING004 spec.type | yes",
                        "ING101 spec.prots | prots",
                        "ING102 spec.ipFamilies | IPv4",
                        "ING102 spec.ports[0].port | http",
                        "ING102 spec.ports[1].name | [a]",
                        "ING102 spec.ports[1].port | 99999999999",
                        "ING102 spec.publishNotReadyAddresses | 'true'",
                        "ING102 spec.selector.a | 1",
                        "ING116 spec.ports[0].name | port: http",
                    ],
                ),
                ("spec: text", &["ING102 spec | text"]),
                ("spec: null", &["ING116 spec.ports | spec"]),
                ("spec: {ports: [{port: 80}], selector: {1: a}}", &[]),
                (
                    "spec: {ports: [{port: 80}], ? [a] : b}",
                    &["ING102 spec | [a]"],
                ),
            ],
        );
    }

    #[test]
    fn times_and_quantities_are_checked_without_giving_up() {
        let text = |time: &str| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x, creationTimestamp: {time}}}\n"
            )
        };
        for (time, count) in [
            ("null", 0),
            ("2026-11-21T10:00:00Z", 0),
            ("yesterday", 1),
            ("[1]", 1),
        ] {
            let (_, manifests, findings) = read_files(&[("a.yaml", &text(time))]);
            assert_eq!(findings.len(), count, "{time}: {findings:?}");
            assert_eq!(manifests.config_maps.len(), 1, "{time}");
        }
        check_rows(
            "v1",
            "Node",
            &[
                ("status: {capacity: {cpu: 4, memory: 8Gi, x: 1.5}}", &[]),
                (
                    "status: {capacity: {cpu: [4]}}",
                    &["ING102 status.capacity.cpu | [4]"],
                ),
            ],
        );
    }

    #[test]
    fn misread_numbers_warn_and_wrong_types_are_errors() {
        let text = "spec: {ports: [{port: 0120, targetPort: '80'}]}";
        let (_, _, findings) = read_files(&[("a.yaml", &object("v1", "Service", text))]);
        let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, [Severity::Warning, Severity::Error]);
    }
}
