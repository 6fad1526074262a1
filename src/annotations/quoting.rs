//! Quotes and backslashes in values that the haproxytech controller writes into a line of HAProxy's as they are.
//!
//! Such a value means what HAProxy's line parser makes of it, so that is what is made of it here. Manual: section 2.2.

use super::grammar::Problem;
use crate::finding::Code;

/// A value that the controller puts into double quotes where it has none. Quotes around it are taken off; `\"`, `\\` and the like
/// are decoded. Quotes inside stay, although the controller would end the text there.
///
/// # Errors
/// What would be replaced by a variable of the controller's environment, and escapes that stand for control characters.
pub(super) fn quoted(text: &str) -> Result<String, Problem> {
    let begins = text.strip_prefix('"');
    let ends = text
        .strip_suffix('"')
        .filter(|inside| !ends_in_escape(inside));
    // The controller adds the quote that is missing. Where more than these two are there, they belong to the value.
    let text = match (begins, ends, quotes(text)) {
        (Some(inside), Some(_), 2) => &inside[..inside.len() - 1],
        (Some(inside), None, count) | (None, Some(inside), count) if count % 2 == 1 => inside,
        (Some(_), Some(_), 1) => "",
        _ => text,
    };
    decode(text, true)
}

/// How many quotes there are without a backslash before them.
fn quotes(text: &str) -> usize {
    let mut escaped = false;
    let mut count = 0;
    for byte in text.bytes() {
        count += usize::from(byte == b'"' && !escaped);
        escaped = byte == b'\\' && !escaped;
    }
    count
}

/// A word that the controller writes without quotes. Quotes around it are taken off; `\\`, `\#` and the like are decoded.
///
/// # Errors
/// Escapes that stand for control characters.
pub(super) fn bare(text: &str) -> Result<String, Problem> {
    for quote in ['"', '\''] {
        let inside = text
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(inside) = inside {
            return match quote {
                '"' => decode(inside, true),
                _ => Ok(inside.to_owned()),
            };
        }
    }
    decode(text, false)
}

/// Whether what follows is escaped: an odd number of backslashes.
fn ends_in_escape(text: &str) -> bool {
    let slashes = text.bytes().rev().take_while(|b| *b == b'\\').count();
    slashes % 2 == 1
}

/// Decodes escapes; in double quotes `$` begins a variable.
fn decode(text: &str, quoted: bool) -> Result<String, Problem> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let stray = |what: &str| {
            Problem::new(format!("holds {what}, which would end a line"))
                .code(Code::INJECTION_CHARACTERS)
                .help("remove it")
        };
        match c {
            '\\' => match rest.clone().next() {
                Some(next @ ('\\' | ' ' | '#' | '\'' | '"')) => {
                    rest.next();
                    out.push(next);
                }
                Some('$') if quoted => {
                    rest.next();
                    out.push('$');
                }
                Some(next @ ('n' | 'r' | 't')) if quoted => {
                    return Err(stray(&format!("`\\{next}`")));
                }
                Some('x') => return Err(stray("`\\x`")),
                // Everything else stays two characters: `\1`, `\d`, `\.`.
                _ => out.push('\\'),
            },
            '$' if quoted => {
                return Err(Problem::new(
                    "holds a `$`, which the controller replaces by a variable of its environment",
                )
                .code(Code::FORMAT_EXPRESSION_IN_VALUE)
                .help(r"write `\$` for a dollar sign"));
            }
            c if c.is_control() => return Err(stray("a control character")),
            c => out.push(c),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_around_a_value_are_no_part_of_it() {
        for (text, means) in [
            ("a b", "a b"),
            ("\"a b\"", "a b"),
            ("\"a b", "a b"),
            ("a b\"", "a b"),
            (r#"a \"b\""#, r#"a "b""#),
            (r#"{"group":"x"}"#, r#"{"group":"x"}"#),
            (r#""cache", "cookies""#, r#""cache", "cookies""#),
            (r#"report-to "csp""#, r#"report-to "csp""#),
            ("\"", ""),
            ("\"\"", ""),
            (r"100\$", "100$"),
            (r"a\\b", r"a\b"),
            ("default-src 'self'", "default-src 'self'"),
        ] {
            assert_eq!(quoted(text).as_deref(), Ok(means), "{text}");
        }
        for bad in [
            "$HOME", "${HOME}", "a\nb", r"a\nb", r"a\x0ab", "a\0b", "a\u{85}",
        ] {
            assert!(quoted(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn words_keep_what_expressions_need() {
        for (text, means) in [
            (r"^/api/(.*)$", "^/api/(.*)$"),
            (r"/\1", r"/\1"),
            (r"\d+\.", r"\d+\."),
            (r"a\#b", "a#b"),
            ("'a\\1'", "a\\1"),
            ("\"a\"", "a"),
        ] {
            assert_eq!(bare(text).as_deref(), Ok(means), "{text}");
        }
        assert!(bare(r"\x0a").is_err());
    }
}
