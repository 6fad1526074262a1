//! Values whose mappings keep the order they were made in: what is printed for people to read.
//!
//! Out: block YAML that reads back as the same values, and, by `Serialize`, JSON.

use std::fmt::Write as _;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::source::{Resolved, resolve};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ordered {
    /// A value that stands on one line.
    Value(Value),
    /// A word that needs no quotes in YAML.
    Word(&'static str),
    /// A list, on one line.
    List(Vec<Ordered>),
    /// A mapping, one line a key.
    Map(Vec<(String, Ordered)>),
}

impl Ordered {
    /// A mapping of these.
    pub(crate) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entries = entries.into_iter();
        Self::Map(entries.map(|(key, value)| (key.into(), value)).collect())
    }

    /// A list of these texts.
    pub(crate) fn texts<T: ToString>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::text(&text)).collect())
    }

    /// The text of a value.
    pub(crate) fn text(text: &impl ToString) -> Self {
        Self::Value(Value::String(text.to_string()))
    }

    /// A mapping in block style. JSON strings, numbers and lists are YAML ones.
    pub(crate) fn yaml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, indent: usize) {
        match self {
            Self::Map(entries) if !entries.is_empty() => {
                if indent > 0 {
                    out.push('\n');
                }
                for (key, value) in entries {
                    let _ = write!(out, "{:indent$}{}:", "", key_text(key));
                    if !matches!(value, Self::Map(below) if !below.is_empty()) {
                        out.push(' ');
                    }
                    value.write(out, indent + 2);
                }
            }
            Self::Map(_) => out.push_str("{}\n"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::flow).collect();
                let _ = writeln!(out, "[{}]", items.join(", "));
            }
            Self::Value(_) | Self::Word(_) => {
                let _ = writeln!(out, "{}", self.flow());
            }
        }
    }

    /// On one line.
    fn flow(&self) -> String {
        match self {
            Self::Word(word) => (*word).to_owned(),
            other => serde_json::to_string(other).unwrap_or_default(),
        }
    }
}

/// A key of ours stands as it is, others in quotes.
fn key_text(key: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let name = key.strip_prefix("# ").unwrap_or(key);
    if name.bytes().all(plain) && resolve(name) == Resolved::String {
        key.to_owned()
    } else {
        Value::from(key).to_string()
    }
}

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Word(word) => serializer.serialize_str(word),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(entries) => serializer.collect_map(entries.iter().map(|(k, v)| (k, v))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_reads_back_as_what_was_written() {
        let value = Ordered::map([
            ("z", Ordered::Value(10.into())),
            ("empty", Ordered::map::<&str>([])),
            (
                "a/b",
                Ordered::map([
                    ("off", Ordered::Word("portable")),
                    ("on", Ordered::texts([":80", "a\"b\n"])),
                    ("12", Ordered::text(&"12")),
                ]),
            ),
        ]);
        let yaml = value.yaml();
        assert!(yaml.starts_with("z: 10\nempty: {}\n\"a/b\":\n  "), "{yaml}");
        let read: Value = serde_yaml::from_str(&yaml).expect("YAML");
        let written = serde_json::to_value(&value).expect("JSON");
        assert_eq!(read, written);
    }
}
