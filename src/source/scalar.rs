//! What kubectl takes a plain scalar for: YAML 1.1 as `sigs.k8s.io/yaml` (a fork of go-yaml v2) reads it.

/// The type of a scalar in the JSON that the API server receives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resolved {
    /// `null`, `~` or empty.
    Null,
    /// `true`, and in YAML 1.1 also `yes`, `on`, `y`.
    Bool(bool),
    /// Decimal, `0x`, `0b`, `0o` or a leading zero (octal); `_` may stand between digits.
    Integer(i64),
    /// `1.5`, `1e3`, `.inf`, `.nan`.
    Float(f64),
    /// Everything else.
    String,
}

/// Reads a plain scalar.
pub fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Bool(false)
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        _ => number(text).unwrap_or(Resolved::String),
    }
}

fn number(text: &str) -> Option<Resolved> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return None;
    }
    let digits = text.replace('_', "");
    let (negative, magnitude) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let radix = |prefix: &str, radix| {
        magnitude
            .strip_prefix(prefix)
            .and_then(|rest| i64::from_str_radix(rest, radix).ok())
    };
    let integer = radix("0x", 16)
        .or_else(|| radix("0X", 16))
        .or_else(|| radix("0b", 2))
        .or_else(|| radix("0o", 8))
        .or_else(|| (magnitude.len() > 1).then(|| radix("0", 8)).flatten())
        .or_else(|| magnitude.parse().ok());
    if let Some(integer) = integer {
        return Some(Resolved::Integer(if negative { -integer } else { integer }));
    }
    // go-yaml v2's float: [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
    let looks_like_float = magnitude
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    looks_like_float
        .then(|| digits.parse().ok().map(Resolved::Float))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_yaml_1_1_as_kubectl_does() {
        assert_eq!(resolve("on"), Resolved::Bool(true));
        assert_eq!(resolve("No"), Resolved::Bool(false));
        assert_eq!(resolve("0120"), Resolved::Integer(80));
        assert_eq!(resolve("0x1F"), Resolved::Integer(31));
        assert_eq!(resolve("1_000"), Resolved::Integer(1000));
        assert_eq!(resolve("-5"), Resolved::Integer(-5));
        assert_eq!(resolve("1e3"), Resolved::Float(1000.0));
        assert_eq!(resolve("09"), Resolved::Integer(9));
        assert_eq!(resolve("10.0.0.1"), Resolved::String);
        assert_eq!(resolve("~"), Resolved::Null);
        assert_eq!(resolve("-"), Resolved::String);
        assert_eq!(resolve("2026-11-21"), Resolved::String);
    }
}
