//! Fields of a custom resource, each with its path, and what there is to say about them.
//!
//! In: values as they are written. Out: text, numbers and bools, or a finding that says what belongs there.

use std::ops::RangeInclusive;

use crate::finding::{Code, Finding, Severity};
use crate::manifest::ResourceValue;
use crate::source::{Origin, Sourced};

/// How much of a value a message quotes.
const SHOWN: usize = 60;

/// A value in a resource.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'r> {
    pub(super) value: &'r ResourceValue,
    /// The bytes of the value.
    pub(super) origin: Origin,
    /// Its key; the value itself in a list.
    pub(super) key: Origin,
    /// `spec[0].frontend.binds[v4].port`.
    pub(super) path: String,
}

impl<'r> Cursor<'r> {
    /// `spec`.
    pub(super) fn root(spec: &'r Sourced<ResourceValue>) -> Self {
        Self {
            value: &spec.value,
            origin: spec.origin,
            key: spec.origin,
            path: "spec".to_owned(),
        }
    }

    /// A field that is set; of a key that stands twice the last one, as everywhere.
    pub(super) fn field(&self, name: &str) -> Option<Self> {
        let mut fields = self.value.fields().iter().rev();
        let (key, value) = fields.find(|(key, _)| key.value == name)?;
        let found = below(key, value, format!("{}.{name}", self.path));
        (found.value != &ResourceValue::Null).then_some(found)
    }

    /// All fields that are set, by name.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'r str, Self)> {
        let set = |(_, value): &&(_, Sourced<ResourceValue>)| value.value != ResourceValue::Null;
        let named = |(key, value): &'r (Sourced<String>, Sourced<ResourceValue>)| {
            let path = format!("{}.{}", self.path, cut(&key.value));
            (key.value.as_str(), below(key, value, path))
        };
        self.value.fields().iter().filter(set).map(named)
    }

    /// The entries of a map whose keys are names.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'r str, Self)> {
        let named = |(key, value): &'r (Sourced<String>, Sourced<ResourceValue>)| {
            let path = format!("{}[{}]", self.path, cut(&key.value));
            (key.value.as_str(), below(key, value, path))
        };
        self.value.fields().iter().map(named)
    }

    /// The items of a list.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> {
        let below = |(index, item): (usize, &'r Sourced<ResourceValue>)| Self {
            value: &item.value,
            origin: item.origin,
            key: item.origin,
            path: format!("{}[{index}]", self.path),
        };
        self.value.items().iter().enumerate().map(below)
    }

    /// Whether it says nothing: empty, or switched off.
    pub(super) fn is_unset(&self) -> bool {
        match self.value {
            ResourceValue::Null | ResourceValue::Bool(false) => true,
            ResourceValue::Text(text) => text.is_empty(),
            ResourceValue::List(items) => items.is_empty(),
            ResourceValue::Map(fields) => fields.is_empty(),
            ResourceValue::Bool(true) | ResourceValue::Number(_) => false,
        }
    }
}

fn below<'r>(key: &Sourced<String>, value: &'r Sourced<ResourceValue>, path: String) -> Cursor<'r> {
    Cursor {
        value: &value.value,
        origin: value.origin,
        key: key.origin,
        path,
    }
}

/// What there is to say about an object.
#[derive(Debug)]
pub(super) struct Remarks {
    /// `TCP db/mysql`.
    pub(super) object: String,
    pub(super) findings: Vec<Finding>,
    /// Nobody knows who may connect, or to whom: nobody may.
    pub(super) closes: bool,
}

impl Remarks {
    /// Nothing yet.
    pub(super) fn new(object: String) -> Self {
        Self {
            object,
            findings: Vec::new(),
            closes: false,
        }
    }

    /// ``` `spec[0].frontend` of TCP db/mysql … ```, at the value.
    pub(super) fn about(&self, code: Code, at: &Cursor<'_>, what: &str) -> Finding {
        let message = format!("`{}` of {} {what}", at.path, self.object);
        Finding::new(code, message)
            .object(&self.object)
            .field(&at.path)
            .at(at.origin)
    }

    /// A mistake that leaves open who may connect.
    pub(super) fn closed(&mut self, code: Code, at: &Cursor<'_>, what: &str, help: &str) {
        self.closes = true;
        let finding = self.about(code, at, what).severity(Severity::Error);
        self.findings.push(finding.help(help));
    }

    /// Something that is left out, and that keeps nobody out.
    pub(super) fn left_out(&mut self, at: &Cursor<'_>, what: &str, help: &str) {
        let finding = self.about(Code::UNSUPPORTED_DIALECT_KEY, at, what);
        self.findings.push(finding.help(help));
    }

    /// A field that the resource does not have.
    pub(super) fn unknown(&mut self, name: &str, at: &Cursor<'_>, nearest: Option<&str>) {
        self.closes = true;
        let message = format!("{} has no field `{}`", self.object, at.path);
        let help = match nearest {
            Some(nearest) => format!("write `{nearest}`"),
            None => format!("remove `{}`", cut(name)),
        };
        let finding = Finding::new(Code::UNKNOWN_FIELD, message);
        let finding = finding.object(&self.object).field(&at.path).at(at.key);
        self.findings.push(finding.help(help));
    }

    /// A field that has to be there.
    pub(super) fn missing(&mut self, name: &str, within: &Cursor<'_>) {
        let message = format!("`{}` of {} needs `{name}`", within.path, self.object);
        let finding = Finding::new(Code::MISSING_REQUIRED_FIELD, message)
            .object(&self.object)
            .field(format!("{}.{name}", within.path))
            .at(within.key);
        self.findings.push(finding.help(format!("add `{name}`")));
    }

    /// Text.
    pub(super) fn text<'r>(&mut self, at: &Cursor<'r>) -> Option<&'r str> {
        match at.value {
            ResourceValue::Text(text) => Some(text),
            ResourceValue::Number(text) => {
                let help = format!("quote it: `\"{}\"`", cut(text));
                self.closed(
                    Code::WRONG_TYPE,
                    at,
                    "is a number, where text belongs",
                    &help,
                );
                None
            }
            _ => self.wrong(at, "text"),
        }
    }

    /// A whole number.
    pub(super) fn number(&mut self, at: &Cursor<'_>, range: &RangeInclusive<u64>) -> Option<u64> {
        match at.value {
            ResourceValue::Number(text) => {
                let number = text.parse().ok().filter(|number| range.contains(number));
                if number.is_none() {
                    let (first, last) = (range.start(), range.end());
                    let what = format!("is `{}`, which is too small or too large", cut(text));
                    let help = format!("write a number from {first} to {last}");
                    self.closed(Code::WRONG_TYPE, at, &what, &help);
                }
                number
            }
            _ => self.wrong(at, "a number"),
        }
    }

    /// A bool.
    pub(super) fn flag(&mut self, at: &Cursor<'_>) -> Option<bool> {
        match at.value {
            ResourceValue::Bool(flag) => Some(*flag),
            _ => self.wrong(at, "`true` or `false`"),
        }
    }

    /// Whether it is a list.
    pub(super) fn list(&mut self, at: &Cursor<'_>) -> bool {
        let fits = matches!(at.value, ResourceValue::List(_));
        if !fits {
            self.wrong::<()>(at, "a list");
        }
        fits
    }

    /// Whether it is a mapping.
    pub(super) fn map(&mut self, at: &Cursor<'_>) -> bool {
        let fits = matches!(at.value, ResourceValue::Map(_));
        if !fits {
            self.wrong::<()>(at, "a mapping");
        }
        fits
    }

    fn wrong<T>(&mut self, at: &Cursor<'_>, wanted: &str) -> Option<T> {
        let found = match at.value {
            ResourceValue::Null => "empty",
            ResourceValue::Bool(_) => "a bool",
            ResourceValue::Number(_) => "a number",
            ResourceValue::Text(_) => "text",
            ResourceValue::List(_) => "a list",
            ResourceValue::Map(_) => "a mapping",
        };
        let what = format!("is {found}, where {wanted} belongs");
        self.closed(Code::WRONG_TYPE, at, &what, &format!("write {wanted}"));
        None
    }
}

/// The beginning of a long text.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
