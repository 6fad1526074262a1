//! Scalars as kubectl hands them to the API server, and what stands in for those that it would refuse.
//!
//! In: a place whose type is known. Out: its value. A scalar of another type is read as its author meant it, with a finding:
//! `"80"` as 80, an annotation `true` as the text `true`.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::jiff::Timestamp;
use serde::de::Visitor;

use super::{Decoder, Hint, Node, Place, Unreadable};
use crate::finding::{Code, Fix};
use crate::manifest::mend;
use crate::manifest::model::Kind;
use crate::source::{Resolved, resolve};

impl<'a> Decoder<'_, '_, 'a> {
    pub(super) fn boolean(self) -> bool {
        let Some(node) = self.place.node() else {
            return false;
        };
        match (node.resolved(), node.text()) {
            (Some(Resolved::Bool(value)), _) => value,
            (Some(Resolved::Null), _) => false,
            (Some(Resolved::String), Some(text @ ("true" | "false"))) => {
                self.remarks.spoil(
                    self.place,
                    Code::WRONG_TYPE,
                    "is text where a bool belongs",
                    self.without_quotes(text),
                );
                text == "true"
            }
            _ => {
                self.expected("`true` or `false`");
                false
            }
        }
    }

    /// An integer of this range. Go's decoder takes whatever the number is after YAML has read it: `0120` is 80.
    pub(super) fn integer(self, range: RangeInclusive<i64>) -> i64 {
        let Some(node) = self.place.node() else {
            return 0;
        };
        let text = node.text().unwrap_or_default();
        let value = match node.resolved() {
            Some(Resolved::Null) => return 0,
            Some(Resolved::Integer(value)) => Some(value),
            Some(Resolved::Float(value)) => whole(value),
            Some(Resolved::String) if !text.is_empty() => {
                let meant = text
                    .trim()
                    .parse()
                    .ok()
                    .filter(|value| range.contains(value));
                if let Some(value) = meant {
                    self.remarks.spoil(
                        self.place,
                        Code::WRONG_TYPE,
                        "is text where a number belongs",
                        self.without_quotes(&value.to_string()),
                    );
                    return value;
                }
                None
            }
            _ => None,
        };
        match value {
            Some(value) if range.contains(&value) => {
                self.check_spelling(text, value);
                value
            }
            Some(_) => {
                self.remarks.spoil(
                    self.place,
                    Code::WRONG_TYPE,
                    format_args!("is `{text}`, which is out of range"),
                    format!("write a number from {} to {}", range.start(), range.end()),
                );
                0
            }
            None => {
                self.expected("a whole number");
                0
            }
        }
    }

    fn without_quotes(self, value: &str) -> (String, Option<Fix>) {
        let fix = Fix::needs_a_look("remove the quotes");
        let node = self.place.node();
        let fix = node.and_then(|node| mend::unquote(fix, node, value, self.remarks));
        (format!("remove the quotes: `{value}`"), fix)
    }

    fn check_spelling(self, text: &str, value: i64) {
        let plain = |digits: &str| {
            digits == "0"
                || !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !plain(text.strip_prefix('-').unwrap_or(text)) {
            self.remarks.at(
                self.place,
                Code::YAML11_NUMBER,
                format_args!("`{}`", self.place.path()),
                format_args!("is written `{text}`, which kubectl reads as {value}"),
                match text.trim_start_matches('0') {
                    other if plain(other) => {
                        format!("write `{value}`, or `{other}` if that is meant")
                    }
                    _ => format!("write `{value}`"),
                },
            );
        }
    }

    pub(super) fn text(self) -> &'a str {
        let Some(node) = self.place.node() else {
            return "";
        };
        let Some(text) = node.text() else {
            self.expected("text");
            return "";
        };
        let found = match node.resolved() {
            Some(Resolved::String) | None => return text,
            Some(Resolved::Null) => return "",
            Some(Resolved::Bool(_)) => "a bool",
            Some(Resolved::Integer(_) | Resolved::Float(_)) => "a number",
        };
        let map = self.place.parent().and_then(Place::name);
        let code = if is_truthy(text) {
            Code::YAML11_TRUTHY
        } else if matches!(map, Some("annotations" | "labels")) {
            Code::UNQUOTED_ANNOTATION_VALUE
        } else {
            Code::WRONG_TYPE
        };
        // Findings travel further than manifests: into logs and code reviews.
        let is_secret = self.remarks.about().kind == Kind::Secret;
        let (shown, help) = if is_secret && matches!(map, Some("data" | "stringData")) {
            ("a value".to_owned(), "quote it".to_owned())
        } else if code == Code::UNQUOTED_ANNOTATION_VALUE && found == "a number" {
            // Its key may want a unit, too.
            (
                format!("`{text}`"),
                "put quotes around the value".to_owned(),
            )
        } else {
            (format!("`{text}`"), format!("quote it: `\"{text}\"`"))
        };
        let predicate = format_args!("is {shown} without quotes, which kubectl reads as {found}");
        let title = "quote the value";
        let fix = if code == Code::WRONG_TYPE {
            Fix::needs_a_look(title)
        } else {
            Fix::safe(title)
        };
        let fix = mend::wrap(fix, self.place, ("\"", "\""), self.remarks);
        self.remarks.spoil(self.place, code, predicate, (help, fix));
        text
    }

    /// Go skips line breaks in base64, and nothing else.
    pub(super) fn base64(self) -> Cow<'a, str> {
        let text = self.text();
        let clean = if text.contains(['\r', '\n']) {
            Cow::Owned(text.replace(['\r', '\n'], ""))
        } else {
            Cow::Borrowed(text)
        };
        if STANDARD.decode(clean.as_bytes()).is_ok() {
            return clean;
        }
        self.remarks.spoil(
            self.place,
            Code::INVALID_DATA,
            "is not base64",
            "encode the value with `base64`, or write it as plain text under `stringData`",
        );
        Cow::Borrowed("")
    }

    pub(super) fn time(self) -> &'a str {
        let text = self.text();
        if text.parse::<Timestamp>().is_ok() {
            return text;
        }
        self.expected("a time such as `2026-11-21T10:00:00Z`");
        "1970-01-01T00:00:00Z"
    }

    /// `targetPort`, or a quantity: a number or text.
    pub(super) fn number_or_text<V: Visitor<'a>>(
        self,
        node: Node<'a>,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let text = node.text().unwrap_or_default();
        match node.resolved() {
            Some(Resolved::Null) => visitor.visit_borrowed_str(""),
            Some(Resolved::String) => visitor.visit_borrowed_str(text),
            Some(Resolved::Float(_)) if self.hint == Hint::Quantity => {
                visitor.visit_borrowed_str(text)
            }
            Some(Resolved::Integer(_) | Resolved::Float(_)) => {
                let value = self.integer(i64::from(i32::MIN)..=i64::from(i32::MAX));
                visitor.visit_i32(i32::try_from(value).unwrap_or_default())
            }
            Some(Resolved::Bool(_)) => visitor.visit_borrowed_str(self.text()),
            None => {
                self.expected("a number or text");
                visitor.visit_borrowed_str("")
            }
        }
    }
}

/// The words that YAML 1.1 takes for a bool and YAML 1.2 for text.
fn is_truthy(text: &str) -> bool {
    matches!(resolve(text), Resolved::Bool(_))
        && !text.eq_ignore_ascii_case("true")
        && !text.eq_ignore_ascii_case("false")
}

/// Go writes a float without fraction as an integer into the JSON, and reads it back as one.
fn whole(value: f64) -> Option<i64> {
    // Up to here every whole number has an exact f64.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole, and within the exact range"
    )]
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}
