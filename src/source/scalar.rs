//! What kubectl takes a plain scalar for: YAML 1.1 as `sigs.k8s.io/yaml` (a fork of go-yaml v2) reads it.
//!
//! In: the text of a scalar without quotes. Out: its type in the JSON that the API server receives. The rules are those of
//! `goyaml.v2/resolve.go`, which calls Go's `ParseInt(text, 0, 64)` and `ParseFloat`.

use std::borrow::Cow;

/// The type of a scalar in the JSON that the API server receives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resolved {
    /// `null`, `~` or empty.
    Null,
    /// `true`, and in YAML 1.1 also `yes`, `on`, `y`.
    Bool(bool),
    /// Decimal, `0x`, `0b`, `0o` or a leading zero (octal); `_` may stand between digits.
    Integer(i64),
    /// `1.5`, `1e3`, `.inf`, `.nan`; also `080`, which is no octal number, and integers beyond 64 bits.
    Float(f64),
    /// Everything else.
    String,
}

/// Reads a plain scalar.
pub fn resolve(text: &str) -> Resolved {
    let Some(&first) = text.as_bytes().first() else {
        return Resolved::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => word_or(text, || {
            // Unlike after a digit, `_` is not dropped here.
            float(text)
        }),
        b'0'..=b'9' => number(text),
        b'+' | b'-' => word_or(text, || Some(number(text))),
        _ => Resolved::String,
    }
}

fn word_or(text: &str, other: impl FnOnce() -> Option<Resolved>) -> Resolved {
    match word(text) {
        Resolved::String => other().unwrap_or(Resolved::String),
        known => known,
    }
}

fn word(text: &str) -> Resolved {
    match text {
        "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Bool(false)
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        _ => Resolved::String,
    }
}

/// A scalar that begins with a digit or a sign.
fn number(text: &str) -> Resolved {
    let digits = if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    };
    integer(&digits)
        .or_else(|| float(&digits))
        .unwrap_or(Resolved::String)
}

fn integer(digits: &str) -> Option<Resolved> {
    let (sign, magnitude) = match digits.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (radix, magnitude) = match magnitude.as_bytes() {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        rest => (10, rest),
    };
    if magnitude.is_empty() {
        return None;
    }
    let mut exact = Some(0_i64);
    let mut rounded = 0_f64;
    for &digit in magnitude {
        let digit = char::from(digit).to_digit(radix)?;
        exact = exact
            .and_then(|value| value.checked_mul(i64::from(radix)))
            .and_then(|value| value.checked_add(sign * i64::from(digit)));
        rounded = rounded * f64::from(radix) + f64::from(digit);
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "the sign, and a number that is out of range for every field of the API"
    )]
    Some(exact.map_or(Resolved::Float(rounded * sign as f64), Resolved::Integer))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, in the range of 64 bits.
fn float(text: &str) -> Option<Resolved> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let legal = match mantissa.split_once('.') {
        Some(("", fraction)) => is_number(fraction),
        Some((whole, fraction)) => is_number(whole) && (fraction.is_empty() || is_number(fraction)),
        None => is_number(mantissa),
    } && exponent
        .is_none_or(|exponent| is_number(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    let value: f64 = legal.then(|| text.parse().ok()).flatten()?;
    value.is_finite().then_some(Resolved::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_yaml_1_1_as_kubectl_does() {
        use Resolved::{Bool, Float, Integer, Null, String};
        for (text, expected) in [
            ("", Null),
            ("~", Null),
            ("null", Null),
            ("Null", Null),
            ("nULL", String),
            ("on", Bool(true)),
            ("y", Bool(true)),
            ("Yes", Bool(true)),
            ("yEs", String),
            ("TRUE", Bool(true)),
            ("No", Bool(false)),
            ("off", Bool(false)),
            ("offline", String),
            ("0", Integer(0)),
            ("-0", Integer(0)),
            ("80", Integer(80)),
            ("+80", Integer(80)),
            ("-5", Integer(-5)),
            ("0120", Integer(80)),
            ("-0120", Integer(-80)),
            ("0o17", Integer(15)),
            ("0O17", Integer(15)),
            ("0x1F", Integer(31)),
            ("-0x1f", Integer(-31)),
            ("0b101", Integer(5)),
            ("-0b101", Integer(-5)),
            ("0x", String),
            ("0xG", String),
            ("0b2", String),
            ("1_000", Integer(1000)),
            ("1__0_", Integer(10)),
            ("_1", String),
            ("0_1_0", Integer(8)),
            ("9223372036854775807", Integer(i64::MAX)),
            ("-9223372036854775808", Integer(i64::MIN)),
            ("18446744073709551615", Float(18_446_744_073_709_551_615.0)),
            // No octal numbers, so Go falls through to its float.
            ("09", Float(9.0)),
            ("080", Float(80.0)),
            ("1e3", Float(1000.0)),
            ("1E+3", Float(1000.0)),
            ("1.", Float(1.0)),
            ("80.0", Float(80.0)),
            ("1_0.5", Float(10.5)),
            (".5", Float(0.5)),
            ("-.5", Float(-0.5)),
            (".5_0", String),
            (".5e", String),
            (".", String),
            ("..", String),
            ("-", String),
            ("+", String),
            ("1e", String),
            ("1e400", String),
            ("1.2.3", String),
            ("10.0.0.1", String),
            ("1:30", String),
            ("10m", String),
            ("0x1p3", String),
            ("inf", String),
            ("nan", String),
            (".inf", Float(f64::INFINITY)),
            ("-.INF", Float(f64::NEG_INFINITY)),
            ("-.Infinity", String),
            // A timestamp for go-yaml, which it hands on as the text that it is.
            ("2026-11-21", String),
            ("2026-11-21T10:00:00Z", String),
            ("=", String),
            ("<<", String),
        ] {
            assert_eq!(resolve(text), expected, "for `{text}`");
        }
        assert!(matches!(resolve(".NaN"), Float(value) if value.is_nan()));
    }
}
