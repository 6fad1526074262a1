//! Words of a command, and what fits into one.
//!
//! Manual: section 9.3 of the management guide. A blank ends a word and `;` a command, unless a backslash stands before it.

use super::Command;

/// How many bytes a command may have with its payload. HAProxy takes 16,384 at most, unless `tune.bufsize` says otherwise; 3.4
/// cuts what is longer without a word.
pub(super) const MAX_BYTES: usize = 12_000;

/// Escapes a word. `None` where no escape helps: control characters, no character at all, and what begins like a payload.
pub(super) fn word(text: &str) -> Option<String> {
    if text.is_empty() || text.starts_with("<<") || text.chars().any(char::is_control) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, ' ' | '\\' | ';') {
            out.push('\\');
        }
        out.push(c);
    }
    Some(out)
}

/// A command of these words. `None` where one cannot be written, or there is no room.
pub(super) fn command<'w>(words: impl IntoIterator<Item = &'w str>) -> Option<Command> {
    let words: Option<Vec<String>> = words.into_iter().map(word).collect();
    let line = words?.join(" ");
    (line.len() < MAX_BYTES).then(|| Command::new(line))
}

/// The non-empty lines of a payload. `None` where there is no room for it, or it has none.
pub(super) fn payload(bytes: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let printable = |line: &&str| !line.chars().any(char::is_control);
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.trim_end_matches('\r'))
        .filter(|line| !line.is_empty())
        .map(|line| printable(&line).then(|| line.to_owned()))
        .collect::<Option<_>>()?;
    let size: usize = lines.iter().map(|line| line.len() + 1).sum();
    (size > 0 && size < MAX_BYTES).then_some(lines)
}
