//! Converters.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Value;
use crate::ir::Call;

/// What a converter makes of a value.
pub(super) fn convert(value: Value, call: &Call) -> Value {
    if matches!(value, Value::Missing | Value::Unknown) {
        return value;
    }
    let numbers = || call.arguments.iter().map(|text| text.parse::<i64>().ok());
    let first = numbers().next().flatten();
    match call.name {
        "add" | "sub" | "mul" | "div" | "mod" => arithmetic(call.name, value, first),
        "http_date" => Value::Unknown,
        _ => text(&shown(value), call, first),
    }
}

fn shown(value: Value) -> String {
    match value {
        Value::Text(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Missing | Value::Unknown => String::new(),
    }
}

/// On 64 bits. Of text, the digits that it begins with count.
fn arithmetic(name: &str, value: Value, operand: Option<i64>) -> Value {
    let number = match value {
        Value::Number(number) => Some(number),
        Value::Text(text) => Some(leading(&text)),
        Value::Missing | Value::Unknown => None,
    };
    let (Some(number), Some(operand)) = (number, operand) else {
        return Value::Missing;
    };
    let result = match name {
        "add" => number.checked_add(operand),
        "sub" => number.checked_sub(operand),
        "mul" => number.checked_mul(operand),
        "div" => number.checked_div(operand),
        _ => number.checked_rem(operand),
    };
    // HAProxy takes the nearest number that there is.
    result.map_or(Value::Unknown, Value::Number)
}

fn leading(text: &str) -> i64 {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    let end = text.len() - digits.len() + count;
    text[..end].parse().unwrap_or_default()
}

fn text(value: &str, call: &Call, first: Option<i64>) -> Value {
    let argument = |index: usize| call.arguments.get(index).map_or("", String::as_str);
    match call.name {
        "lower" => Value::Text(value.to_ascii_lowercase()),
        "upper" => Value::Text(value.to_ascii_uppercase()),
        "length" => i64::try_from(value.len()).map_or(Value::Unknown, Value::Number),
        "hex" => Value::Text(value.bytes().flat_map(digits).collect()),
        "base64" => Value::Text(STANDARD.encode(value)),
        "url_enc" => Value::Text(url_encoded(value)),
        "host_only" => Value::Text(split_port(value).0.to_ascii_lowercase()),
        "port_only" => split_port(value).1.map_or(Value::Unknown, Value::Number),
        "ltrim" => Value::Text(
            value
                .trim_start_matches(|c| argument(0).contains(c))
                .to_owned(),
        ),
        "rtrim" => Value::Text(
            value
                .trim_end_matches(|c| argument(0).contains(c))
                .to_owned(),
        ),
        "field" => nth(value.split(|c| argument(1).contains(c)), first).unwrap_or(Value::Missing),
        "word" => {
            let words = value.split(|c| argument(1).contains(c));
            let word = nth(words.filter(|word| !word.is_empty()), first);
            word.unwrap_or_else(|| Value::Text(String::new()))
        }
        "bytes" => bytes(value, first, argument(1).parse().ok()),
        _ => Value::Unknown,
    }
}

/// The `n`th of the parts, from 1.
fn nth<'t>(mut parts: impl Iterator<Item = &'t str>, n: Option<i64>) -> Option<Value> {
    let index = usize::try_from(n?.checked_sub(1)?).ok()?;
    parts.nth(index).map(|part| Value::Text(part.to_owned()))
}

fn bytes(value: &str, offset: Option<i64>, length: Option<usize>) -> Value {
    let start = offset.and_then(|offset| usize::try_from(offset).ok());
    let start = start.unwrap_or_default().min(value.len());
    let end = length.map_or(value.len(), |length| start.saturating_add(length));
    let part = value.as_bytes().get(start..end.min(value.len()));
    Value::Text(String::from_utf8_lossy(part.unwrap_or_default()).into_owned())
}

/// All but the unreserved characters of RFC 3986 as `%XX`.
fn url_encoded(value: &str) -> String {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if unreserved(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend(digits(byte));
        }
    }
    out
}

/// Two hexadecimal digits.
fn digits(byte: u8) -> [char; 2] {
    [byte >> 4, byte & 15].map(|half| char::from(b"0123456789ABCDEF"[usize::from(half)]))
}

/// What stands before the last colon, and the port after it; 0 where there is none. An address in brackets stays whole. Of what is no
/// number HAProxy makes one all the same, which nobody should need to know.
pub(super) fn split_port(value: &str) -> (&str, Option<i64>) {
    match value.rsplit_once(':') {
        Some((host, "")) => (host, Some(0)),
        Some((host, port)) if !port.contains(']') => {
            let number = port.bytes().all(|b| b.is_ascii_digit());
            (host, port.parse().ok().filter(|_| number))
        }
        _ => (value, Some(0)),
    }
}
