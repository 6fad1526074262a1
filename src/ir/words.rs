//! A model of HAProxy's line parser, with which the emitter reads its own output again, and with which raw lines are judged.
//!
//! In: one line of a configuration. Out: its words, as HAProxy sees them. Manual: section 2.2, "Quoting and escaping".

/// The most words that a line may have; HAProxy's `MAX_LINE_ARGS`.
pub(crate) const MAX_WORDS: usize = 64;

/// Splits a line of ours or of a manifest. `Err` for what HAProxy refuses, and for `$` in weak quotes: what it expands to is not
/// known here.
pub(crate) fn words(line: &str) -> Result<Vec<String>, &'static str> {
    split(line, Variables::Refused)
}

/// Splits a line, perhaps by somebody who may use the environment: variables stay as they are written. `Err` for what HAProxy
/// refuses.
pub(crate) fn words_with_variables(line: &str) -> Result<Vec<String>, &'static str> {
    split(line, Variables::Kept)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Variables {
    Refused,
    Kept,
}

fn split(line: &str, variables: Variables) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut bytes = line.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b' ' | b'\t' | 0x0b | 0x0c => words.extend(word.take()),
            b'#' => break,
            b'\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match bytes.next() {
                        Some(b'\'') => break,
                        Some(inside) => word.push(inside),
                        None => return Err("a strong quote is not closed"),
                    }
                }
            }
            b'"' => {
                let word = word.get_or_insert_default();
                loop {
                    match bytes.next() {
                        Some(b'"') => break,
                        Some(b'$') if variables == Variables::Refused => {
                            return Err("a variable in weak quotes");
                        }
                        Some(b'\\') => escape(&mut bytes, word, true)?,
                        Some(inside) => word.push(inside),
                        None => return Err("a weak quote is not closed"),
                    }
                }
            }
            b'\\' => escape(&mut bytes, word.get_or_insert_default(), false)?,
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
        .into_iter()
        .map(|word| String::from_utf8(word).map_err(|_| "a word is not UTF-8"))
        .collect()
}

type Bytes<'a> = std::iter::Peekable<std::str::Bytes<'a>>;

/// What stands after a backslash. One before any other character is an ordinary backslash.
fn escape(bytes: &mut Bytes<'_>, word: &mut Vec<u8>, weak: bool) -> Result<(), &'static str> {
    let decoded = match bytes.peek() {
        Some(&same @ (b'\\' | b' ' | b'#' | b'\'' | b'"')) => same,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'$') if weak => b'$',
        Some(b'x') => {
            bytes.next();
            let mut digit = || bytes.next().and_then(|b| char::from(b).to_digit(16));
            let code = digit().zip(digit()).map(|(high, low)| high * 16 + low);
            let code = code.and_then(|code| u8::try_from(code).ok());
            word.push(code.ok_or("`\\x` without two digits")?);
            return Ok(());
        }
        _ => {
            word.push(b'\\');
            return Ok(());
        }
    };
    bytes.next();
    word.push(decoded);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_haproxy_splits_them() {
        for (line, expected) in [
            ("", vec![]),
            ("  a\tb  c ", vec!["a", "b", "c"]),
            ("a#b c", vec!["a"]),
            (r"a\#b 'c#d'", vec!["a#b", "c#d"]),
            (r#"'it'\''s' "x y" z'"'"#, vec!["it's", "x y", r#"z""#]),
            (r"\1 \d \x41\x20b", vec![r"\1", r"\d", "A b"]),
            (r#"$HOME "\$HOME" '$HOME'"#, vec!["$HOME", "$HOME", "$HOME"]),
            (r#""" ''"#, vec!["", ""]),
        ] {
            let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(words(line), Ok(expected), "{line}");
        }
        for bad in ["'a", "\"a", r"\x4", r#""$HOME""#] {
            assert!(words(bad).is_err(), "{bad}");
        }
    }
}
