//! The lines of a lock, one by one: what each is, and where.
//!
//! ```text
//! line  = blank | comment | entry | what git leaves of a conflict
//! entry = namespace "/" service ":" port ": " port [" released"]
//! ```
//!
//! Blanks and one carriage return at the end of a line count for nothing. No line holds another control character, not even in a comment:
//! editors and tools take some of them for the end of a line, so that a person sees an entry where there is none.

use std::ops::Range;

use crate::ir::{Port, PortKey, port_number};

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// From 1.
    pub(super) number: u32,
    /// Its bytes without those at its end that count for nothing.
    pub(super) range: Range<usize>,
    pub(super) content: Content<'t>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content<'t> {
    Blank,
    /// With its `#`.
    Comment(&'t str),
    Entry {
        key: PortKey,
        port: Port,
        released: bool,
    },
    Marker(Marker),
    Wrong(Wrong),
}

/// What git puts around the two sides of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// `<<<<<<<`: our side begins.
    Ours,
    /// `|||||||`: what was there before both (`merge.conflictStyle` diff3 and zdiff3).
    Before,
    /// `=======`: their side begins.
    Theirs,
    /// `>>>>>>>`.
    End,
}

/// What is no entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The bytes that are meant.
    pub(super) range: Range<usize>,
    /// Lower case, without a full stop.
    pub(super) message: String,
}

/// All lines.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let mut number = 0;
    text.split_inclusive('\n').map(move |whole| {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let line = line.trim_end_matches(BLANKS);
        let range = start..start + line.len();
        start += whole.len();
        number += 1;
        Line {
            number,
            content: content(line, range.start),
            range,
        }
    })
}

const BLANKS: [char; 2] = [' ', '\t'];

fn content(line: &str, start: usize) -> Content<'_> {
    if line.trim_start_matches(BLANKS).is_empty() {
        return Content::Blank;
    }
    if let Some((at, found)) = line.char_indices().find(|(_, c)| ends_or_hides(*c)) {
        return Content::Wrong(Wrong {
            range: start + at..start + at + found.len_utf8(),
            message: format!(
                "the lock of ports holds the control character U+{:04X}, which may hide an entry",
                u32::from(found)
            ),
        });
    }
    if line.starts_with('#') {
        return Content::Comment(line);
    }
    match marker(line) {
        Some(marker) => Content::Marker(marker),
        None => entry(line, start).unwrap_or_else(Content::Wrong),
    }
}

/// What is no text: control characters, and the two that Unicode has for the end of a line. A tab is a blank.
fn ends_or_hides(c: char) -> bool {
    c != '\t' && c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn marker(line: &str) -> Option<Marker> {
    let word = line.split(' ').next().unwrap_or_default();
    match word {
        "<<<<<<<" => Some(Marker::Ours),
        "|||||||" => Some(Marker::Before),
        "=======" => Some(Marker::Theirs),
        ">>>>>>>" => Some(Marker::End),
        _ => None,
    }
}

fn entry(line: &str, start: usize) -> Result<Content<'static>, Wrong> {
    let wrong = |range: Range<usize>, message: String| Wrong {
        range: start + range.start..start + range.end,
        message,
    };
    let Some(at) = line.find(": ") else {
        let message = format!("`{}` is no entry of the lock of ports", brief(line));
        return Err(wrong(0..line.len(), message));
    };
    let (name, rest) = (&line[..at], &line[at + 2..]);
    let key = PortKey::parse(name).ok_or_else(|| {
        let message = format!("`{}` names no Service port", brief(name));
        wrong(0..at, message)
    })?;
    let (number, released) = match rest.strip_suffix(" released") {
        Some(number) => (number, true),
        None => (rest, false),
    };
    let port = port_number(number).ok_or_else(|| {
        let message = format!("`{}` is no port", brief(rest));
        wrong(at + 2..line.len(), message)
    })?;
    Ok(Content::Entry {
        key,
        port,
        released,
    })
}

/// The beginning of a text that may be long.
fn brief(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}...", &text[..at]),
    }
}
