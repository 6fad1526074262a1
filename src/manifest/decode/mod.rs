//! A tree into a k8s-openapi type, going on after every mistake.
//!
//! In: the root of an object. Out: the typed object, and remarks: unknown fields, wrong types, missing required fields, each
//! at the key or value. Where a value cannot be read, something harmless stands in for it. Scalars are read as kubectl reads
//! them before the API server sees them: YAML 1.1 into JSON, then Go's `encoding/json` into the type.

mod access;
mod fields;
mod scalar;

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

pub(super) use fields::{Edition, nearest};

use access::{Entries, Items};

use super::mend;
use super::place::{Node, Place};
use super::remarks::Remarks;
use crate::finding::{Code, Fix};
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
        if crate::source::template_marker(written).is_some_and(|marker| marker.start == 0) {
            self.remarks.spoil(
                self.place,
                Code::UNRENDERED_TEMPLATE,
                "is a template marker that nobody has rendered",
                crate::source::template_help(written).unwrap_or_default(),
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
            self.meant(written, found)
                .unwrap_or_else(|| (format!("write {what} here"), None)),
        );
    }

    /// What a port of v1 is where its number or name was written alone, as v1beta1 had it.
    fn meant(&self, written: &str, found: &str) -> Option<(String, Option<Fix>)> {
        let field = match found {
            "a number" => "number",
            "text" => "name",
            _ => return None,
        };
        if !self.place.path().ends_with("service.port") {
            return None;
        }
        let key = self.place.key()?;
        let is_json = self.remarks.written(key.origin()).starts_with('"');
        let open = if is_json {
            format!("{{\"{field}\": ")
        } else {
            format!("{{{field}: ")
        };
        let fix = Fix::needs_a_look(format!("write it as the `{field}` of a port"));
        let fix = mend::wrap(fix, self.place, (&open, "}"), self.remarks);
        Some((format!("write `{{{field}: {written}}}`"), fix))
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
        }
        let value = visitor.visit_map(Entries {
            decoder: self,
            rest: mapping.map(Node::entries),
            value: None,
            name,
            fields,
        })?;
        // Only now it is known which absent fields are merely misspelt.
        if !name.is_empty() && (node.is_none() || mapping.is_some()) {
            fields::check_required(self.place, name, self.remarks);
        }
        Ok(value)
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
mod tests;
