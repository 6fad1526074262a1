//! A value as YAML that every reader takes for the same: kubectl's of YAML 1.1 as well as those of YAML 1.2.
//!
//! In: a [`Value`]. Out: block style, as kubectl writes it. A text stands without quotes only if it is beyond doubt; texts of
//! several lines are literal blocks where these can say them, and everything else is a JSON string, which is YAML too.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use super::value::Value;
use crate::source::{Resolved, resolve};

/// A key of more than 1024 characters on its line is not recognized as one (YAML 1.1, section 9.1.1).
const LONGEST_KEY: usize = 1000;

/// Writes a document, with a line feed at its end.
pub(super) fn write(value: &Value<'_>) -> String {
    let mut out = String::new();
    match value {
        Value::Map(entries) if !entries.is_empty() => mapping(&mut out, entries, 0),
        Value::List(items) if !items.is_empty() => sequence(&mut out, items, 0),
        scalar => {
            inline(&mut out, scalar);
            out.push('\n');
        }
    }
    out
}

/// One `key: value` a line. The cursor stands where the first key goes.
fn mapping(out: &mut String, entries: &[(Value<'_>, Value<'_>)], indent: usize) {
    for (at, (key, value)) in entries.iter().enumerate() {
        if at > 0 {
            blanks(out, indent);
        }
        let start = out.len();
        inline(out, key);
        if out.len() - start > LONGEST_KEY {
            out.insert_str(start, "? ");
            out.push('\n');
            blanks(out, indent);
        }
        out.push(':');
        match value {
            Value::Map(entries) if !entries.is_empty() => {
                out.push('\n');
                blanks(out, indent + 2);
                mapping(out, entries, indent + 2);
            }
            // As kubectl has it: the items of a list stand below the first letter of their key.
            Value::List(items) if !items.is_empty() => {
                out.push('\n');
                blanks(out, indent);
                sequence(out, items, indent);
            }
            Value::Text(text) if is_block(text) => block(out, text, indent + 2),
            scalar => {
                out.push(' ');
                inline(out, scalar);
                out.push('\n');
            }
        }
    }
}

/// One `- item` a line. The cursor stands where the first dash goes.
fn sequence(out: &mut String, items: &[Value<'_>], indent: usize) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            blanks(out, indent);
        }
        out.push('-');
        match item {
            Value::Map(entries) if !entries.is_empty() => {
                out.push(' ');
                mapping(out, entries, indent + 2);
            }
            Value::List(items) if !items.is_empty() => {
                out.push(' ');
                sequence(out, items, indent + 2);
            }
            Value::Text(text) if is_block(text) => block(out, text, indent + 2),
            scalar => {
                out.push(' ');
                inline(out, scalar);
                out.push('\n');
            }
        }
    }
}

/// A scalar, or a container without content.
fn inline(out: &mut String, value: &Value<'_>) {
    match value {
        Value::Bare("") => out.push_str("null"),
        Value::Bare(text) => out.push_str(text),
        Value::Text(text) if is_plain(text) => out.push_str(text),
        Value::Text(text) => quoted(out, text),
        Value::List(_) => out.push_str("[]"),
        Value::Map(_) => out.push_str("{}"),
    }
}

/// ` |` and the lines of the text.
fn block(out: &mut String, text: &str, indent: usize) {
    out.push_str(if text.ends_with('\n') {
        " |\n"
    } else {
        " |-\n"
    });
    for line in text.lines() {
        if !line.is_empty() {
            blanks(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn blanks(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// Whether a literal block says exactly this text: several lines that begin and end with something to be seen, and at most one
/// line feed at the end.
fn is_block(text: &str) -> bool {
    let inner = text.strip_suffix('\n').unwrap_or(text);
    let is_line = |line: &str| {
        let begins_and_ends = !line.starts_with([' ', '\t']) && !line.ends_with([' ', '\t']);
        begins_and_ends && line.chars().all(|c| c == '\t' || is_printed(c))
    };
    inner.contains('\n')
        && !inner.starts_with('\n')
        && !inner.ends_with('\n')
        && inner.split('\n').all(is_line)
}

/// Whether a text may stand without quotes. Words that one of the YAMLs takes for something else are not, and of what begins with
/// a digit only addresses are: others may be numbers, dates, or minutes and seconds.
fn is_plain(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || " _-./@+=,:".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
        && text.chars().all(is_inner)
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
        && resolve(text) == Resolved::String
        && (!text.starts_with(|c: char| c.is_ascii_digit()) || is_address(text))
        // `yEs` and the like, which some readers take for bools.
        && resolve(&text.to_ascii_lowercase()) == Resolved::String
}

/// `10.0.0.1`, `10.0.0.0/8`.
fn is_address(text: &str) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, "0"));
    address.parse::<Ipv4Addr>().is_ok() && length.parse::<u8>().is_ok()
}

/// A string of JSON, in which nothing stands that a reader of YAML would not take.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_printed(c) => out.push(c),
            // What lies beyond the first plane and is not printed has eight digits in YAML.
            c if u32::from(c) > 0xffff => _ = write!(out, "\\U{:08x}", u32::from(c)),
            c => _ = write!(out, "\\u{:04x}", u32::from(c)),
        }
    }
    out.push('"');
}

/// The printable characters of YAML 1.1 (section 4.1.1) on one line, without those that end lines or turn their direction.
fn is_printed(c: char) -> bool {
    match c {
        ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => !matches!(
            c,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::{FileId, Node, Tree};

    fn map(entries: Vec<(&'static str, Value<'static>)>) -> Value<'static> {
        let pair = |(key, value)| (Value::text(key), value);
        Value::Map(entries.into_iter().map(pair).collect())
    }

    #[test]
    fn it_looks_like_kubectls() {
        let value = map(vec![
            ("kind", Value::text("Service")),
            ("empty", Value::List(vec![])),
            (
                "spec",
                map(vec![
                    ("none", Value::Map(vec![])),
                    (
                        "ports",
                        Value::List(vec![
                            map(vec![
                                ("name", Value::text("http")),
                                ("port", Value::Bare("80")),
                            ]),
                            Value::List(vec![Value::text("a"), Value::text("b: c")]),
                        ]),
                    ),
                ]),
            ),
            ("pem", Value::text("a\n\nb\n")),
        ]);
        let expected = "\
kind: Service
empty: []
spec:
  none: {}
  ports:
  - name: http
    port: 80
  - - a
    - \"b: c\"
pem: |
  a

  b
";
        assert_eq!(write(&value), expected);
    }

    #[test]
    fn texts_that_somebody_takes_for_something_else_are_quoted() {
        for text in [
            "",
            "yes",
            "on",
            "y",
            "No",
            "nO",
            "true",
            "TRUE",
            "~",
            "null",
            "0x10",
            "010",
            "1e3",
            "1_000",
            "1:30",
            "2026-11-21",
            "2026-11-21T10:00:00Z",
            ".5",
            ".inf",
            "-",
            "- a",
            "?",
            "a: b",
            "a:",
            "a #b",
            " a",
            "a ",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a",
            "|",
            ">",
            "{a}",
            "[a]",
            "'a'",
            "\"a\"",
            "#a",
            "<<",
            "=",
            "---",
            "...",
            "é",
            "10.0",
            "10.0.0.0/300",
        ] {
            let shown = write(&Value::text(text));
            assert!(shown.starts_with('"'), "{text:?} became {shown}");
        }
        for text in [
            "web",
            "10.0.0.1",
            "10.0.0.0/8",
            "/a/b",
            "a b",
            "a.b/c",
            "nginx:1.25",
            "IPv4",
        ] {
            assert_eq!(write(&Value::text(text)), format!("{text}\n"));
        }
    }

    /// What a reader finds in the text.
    fn read(node: Node<'_, '_>) -> Value<'static> {
        let scalar = |node: Node<'_, '_>| match node.resolved() {
            Some(Resolved::String) => {
                Value::Text(node.text().unwrap_or_default().to_owned().into())
            }
            _ => Value::Bare("other"),
        };
        if node.is_mapping() {
            let pairs = node
                .entries()
                .map(|(key, value)| (scalar(key), read(value)));
            Value::Map(pairs.collect())
        } else if node.is_sequence() {
            Value::List(node.items().map(read).collect())
        } else {
            scalar(node)
        }
    }

    #[test]
    fn a_long_key_is_still_a_key() {
        let long: &'static str = "k".repeat(5000).leak();
        let inner = Value::Map(vec![(
            Value::text(long),
            Value::List(vec![Value::text("a")]),
        )]);
        let value = Value::Map(vec![
            (Value::text(long), inner),
            (Value::text("b"), Value::text("c")),
        ]);
        let text = write(&value);
        let tree = Tree::parse(FileId::new(0), 0, &text).expect("legal");
        assert_eq!(read(tree.root().expect("a value")), value);
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[ -~\n\t]{0,12}",
            "[a-z]{1,3}(\n[a-z ]{0,3}){0,4}\n{0,2}",
            "[0-9xobe_.:+~-]{1,6}",
            "(?i)(y|yes|no|on|off|true|null|nan|inf)",
            "[\u{7f}-\u{a1}\u{2028}\u{feff}\u{202e}\u{1f600}\u{e0001}]{1,3}",
        ]
    }

    fn values() -> impl Strategy<Value = Value<'static>> {
        let text = texts().prop_map(|text| Value::Text(text.into()));
        text.prop_recursive(4, 24, 4, |inner| {
            let list = proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List);
            let entries = proptest::collection::btree_map(texts(), inner, 0..4);
            let mapping = entries.prop_map(|entries| {
                let pair = |(key, value): (String, _)| (Value::Text(key.into()), value);
                Value::Map(entries.into_iter().map(pair).collect())
            });
            prop_oneof![list, mapping]
        })
    }

    /// The same as YAML 1.2 has it, by another reader.
    fn second_opinion(value: &Value<'_>) -> serde_yaml::Value {
        match value {
            Value::Bare(_) => serde_yaml::Value::Null,
            Value::Text(text) => serde_yaml::Value::String(text.to_string()),
            Value::List(items) => items.iter().map(second_opinion).collect(),
            Value::Map(entries) => {
                let pair = |(key, value)| (second_opinion(key), second_opinion(value));
                let pairs = entries.iter().map(|(key, value)| pair((key, value)));
                serde_yaml::Value::Mapping(pairs.collect())
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(value in values()) {
            let text = write(&value);
            prop_assert!(!text.contains("\n---"), "{}", text);
            let tree = Tree::parse(FileId::new(0), 0, &text)
                .map_err(|error| TestCaseError::fail(format!("{error:?} in\n{text}")))?;
            let root = tree.root().expect("a value");
            prop_assert_eq!(&read(root), &value, "{}", text);
            // Its merge keys are none of ours.
            let other: serde_yaml::Value = serde_yaml::from_str(&text).expect("legal YAML");
            prop_assert_eq!(other, second_opinion(&value), "{}", text);
        }
    }
}
