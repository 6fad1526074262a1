//! A condition's text into words, as HAProxy's line parser splits it. Manual: section 2.2, "Quoting and escaping".

use super::ConditionError;

/// A word, and whether some of it was quoted or escaped: a brace in quotes is text to us, and would be a brace to HAProxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) quoted: bool,
}

/// Splits `text`. Variables, comments, control characters and what is not closed are errors.
pub(super) fn split(text: &str) -> Result<Vec<Word>, ConditionError> {
    let error = |text: &str| Err(ConditionError(text.to_owned()));
    let (mut words, mut word) = (Vec::new(), None::<Word>);
    let mut open = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c.is_control() {
            return error("it holds a control character");
        }
        let current = || Word {
            text: String::new(),
            quoted: false,
        };
        match (open, c) {
            (None, ' ') => words.extend(word.take()),
            (None, '#') => return error("a bare `#` begins a comment"),
            (None, '\'' | '"') => {
                word.get_or_insert_with(current).quoted = true;
                open = Some(c);
            }
            (Some(quote), c) if c == quote => open = None,
            (None | Some('"'), '\\') => {
                let Some(next) = chars.next().filter(|c| !c.is_control()) else {
                    return error("it ends in a backslash");
                };
                let word = word.get_or_insert_with(current);
                word.quoted = true;
                match (open, next) {
                    (_, '\\' | '"') | (None, ' ' | '#' | '\'') => word.text.push(next),
                    // HAProxy reads `\n` and `\x41` as other characters, and keeps the backslash of all others.
                    (None, 'n' | 'r' | 't' | 'x') => {
                        return error("an escape sequence for another character");
                    }
                    (_, '$') => return error("a `$`, behind which HAProxy looks for a variable"),
                    (_, next) => word.text.extend(['\\', next]),
                }
            }
            (Some('"'), '$') => return error("a variable in double quotes"),
            (_, c) => word.get_or_insert_with(current).text.push(c),
        }
    }
    if open.is_some() {
        return error("a quote is not closed");
    }
    words.extend(word);
    Ok(words)
}
