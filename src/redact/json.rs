//! A value as JSON, for documents that were JSON before. Their numbers and words are those of JSON already.

use super::value::Value;

/// Writes a document, with a line feed at its end, indented as kubectl indents.
pub(super) fn write(value: &Value<'_>) -> String {
    let mut out = String::new();
    put(&mut out, value, 0);
    out.push('\n');
    out
}

fn put(out: &mut String, value: &Value<'_>, depth: usize) {
    match value {
        Value::Bare("") => out.push_str("null"),
        Value::Bare(text) => out.push_str(text),
        Value::Text(text) => quoted(out, text),
        Value::List(items) if items.is_empty() => out.push_str("[]"),
        Value::Map(entries) if entries.is_empty() => out.push_str("{}"),
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                out.push(if at == 0 { '[' } else { ',' });
                line(out, depth + 1);
                put(out, item, depth + 1);
            }
            line(out, depth);
            out.push(']');
        }
        Value::Map(entries) => {
            for (at, (key, value)) in entries.iter().enumerate() {
                out.push(if at == 0 { '{' } else { ',' });
                line(out, depth + 1);
                match key {
                    Value::Bare(text) => quoted(out, text),
                    key => put(out, key, depth + 1),
                }
                out.push_str(": ");
                put(out, value, depth + 1);
            }
            line(out, depth);
            out.push('}');
        }
    }
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("    ", depth));
}

fn quoted(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_json() {
        let value = Value::Map(vec![
            (Value::text("a"), Value::Bare("80")),
            (
                Value::text("b\"\n"),
                Value::List(vec![Value::text("yes"), Value::Bare("null")]),
            ),
            (Value::text("c"), Value::Map(vec![])),
        ]);
        let text = write(&value);
        let expected = serde_json::json!({"a": 80, "b\"\n": ["yes", null], "c": {}});
        let read: serde_json::Value = serde_json::from_str(&text).expect("legal JSON");
        assert_eq!(read, expected);
        assert!(text.starts_with("{\n    \"a\": 80,\n"), "{text}");
    }
}
