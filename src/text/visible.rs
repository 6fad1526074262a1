//! Text from manifests on its way to a terminal: nothing in it may move the cursor, change the title or reverse the line.

use std::borrow::Cow;

/// Replaces what a terminal would obey by something that can be seen: control characters by their pictures (`␛`), C1 codes
/// and the marks that reorder text by `�`. A tab is kept only by `visible_char`'s callers that want it. Commands to the runner of
/// a CI system are broken.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| visible_char(c) == c) {
        without_commands(text)
    } else {
        let text: String = text.chars().map(visible_char).collect();
        Cow::Owned(without_commands(&text).into_owned())
    }
}

/// Puts a blank into `##[error]` and `##vso[task.setvariable]`, which GitHub's and Azure's runners obey wherever they stand in
/// what a step prints.
pub(crate) fn without_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        push_text(&mut out, c);
    }
    Cow::Owned(out)
}

/// Adds a character, and a blank before it if it would complete the opening of a command.
pub(crate) fn push_text(out: &mut String, c: char) {
    let is_vso = |end: &[u8]| end.eq_ignore_ascii_case(b"##vso");
    let before = out.as_bytes();
    if c == '['
        && (before.ends_with(b"##") || before.last_chunk::<5>().is_some_and(|end| is_vso(end)))
    {
        out.push(' ');
    }
    out.push(c);
}

pub(crate) fn visible_char(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        // C1 controls; line and paragraph separator; the marks that reorder text (CVE-2021-42574); the byte order mark.
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        other => other,
    }
}

/// Breaks text at blanks, so that lines stay within `width` where words allow. The first line opens with `first`, the others
/// are indented to match; line breaks in the text are kept.
pub(crate) fn wrap(out: &mut String, first: &str, text: &str, width: usize) {
    let indent = first.chars().count();
    out.push_str(first);
    break_lines(out, text, indent, indent, width);
}

/// The same without an opening: the first line starts at the margin, the others are indented by `indent`.
pub(crate) fn wrap_hanging(out: &mut String, text: &str, indent: usize, width: usize) {
    break_lines(out, text, 0, indent, width);
}

/// Goes on at `column` of the current line.
fn break_lines(out: &mut String, text: &str, column: usize, indent: usize, width: usize) {
    let width = width.max(indent + 20);
    let mut column = column;
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        }
        let mut is_first = true;
        for word in line.split_inclusive(' ') {
            let length = word.chars().count();
            // A line that opens with `::` is a command to GitHub's runner, which reads all that a step prints.
            let may_open = !is_first && !word.starts_with("::");
            if may_open && column + word.trim_end().chars().count() > width {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
                column = indent;
            }
            is_first = false;
            for c in word.chars() {
                push_text(out, visible_char(c));
            }
            column += length;
        }
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_survives() {
        assert_eq!(visible("a\x1b[31mb\r\n\x07\x7f"), "a␛[31mb␍␊␇␡");
        assert_eq!(
            visible("\u{9b}31m \u{202e}x\u{2066}"),
            "\u{fffd}31m \u{fffd}x\u{fffd}"
        );
        assert!(matches!(visible("shop/wéb `{}`"), Cow::Borrowed(_)));
    }

    #[test]
    fn nothing_that_a_runner_obeys_survives() {
        let text = "##[error]a ###[b ##vso[task.x]c ##VSO[d #[e ##v[f";
        let shown = "## [error]a ### [b ##vso [task.x]c ##VSO [d #[e ##v[f";
        assert_eq!(visible(text), shown);
        let mut wrapped = String::new();
        wrap(&mut wrapped, "", text, 100);
        assert_eq!(wrapped, format!("{shown}\n"));
        assert!(matches!(visible("a ## b [c]"), Cow::Owned(text) if text == "a ## b [c]"));
    }

    #[test]
    fn lines_break_at_blanks_and_keep_their_indent() {
        let mut out = String::new();
        wrap(
            &mut out,
            "  help: ",
            "one two three four five six\nseven",
            30,
        );
        assert_eq!(
            out,
            "  help: one two three four\n        five six\n        seven\n"
        );
    }

    #[test]
    fn a_hanging_indent_starts_at_the_margin() {
        let mut out = String::new();
        wrap_hanging(&mut out, "one two three four five six", 4, 26);
        assert_eq!(out, "one two three four five\n    six\n");
    }

    #[test]
    fn no_line_opens_as_a_command_to_a_runner() {
        let mut out = String::new();
        wrap(
            &mut out,
            "help: ",
            "one two three ::error::four five six",
            24,
        );
        assert!(out.lines().count() > 1, "{out}");
        let mut lines = out.lines();
        assert!(
            lines.all(|line| !line.trim_start().starts_with("::")),
            "{out}"
        );
    }

    #[test]
    fn a_word_longer_than_the_line_is_not_cut() {
        let mut out = String::new();
        let long = "x".repeat(50);
        wrap(&mut out, "", &format!("a {long} b"), 20);
        assert_eq!(out, format!("a\n{long}\nb\n"));
    }
}
