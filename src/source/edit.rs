//! Words and places for edits of YAML, where nothing but the text and the places of keys and values is at hand.
//!
//! * [`double_quoted`]: a value as it can be put in anywhere, in YAML and JSON.
//! * [`entry_before`]: where and how to put a new entry beside one that is there.
//! * [`entry`]: all that goes when an entry goes: its line, or its comma.
//!
//! The latter two answer `None` where the text leaves open what is meant; then there is no fix. They look at a few lines around the
//! place and read no YAML, so that they cost nothing in a check.

use std::fmt::Write as _;

use super::file::Sources;
use super::origin::Origin;

/// A value in double quotes, for YAML and JSON alike.
pub fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // What YAML takes for the end of a line, or does not allow.
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Where to put `entry`, such as `pathType: Prefix`, before the entry whose key stands at `key`, and what to write there:
/// in a block mapping a line above it, in `{a: b}` with a comma.
pub fn entry_before(sources: &Sources, key: Origin, entry: &str) -> Option<(Origin, String)> {
    let around = Around::of(sources, key)?;
    let text = if around.is_flow()? {
        format!("{entry}, ")
    } else {
        format!(
            "{entry}{}{:column$}",
            around.line_end(),
            "",
            column = around.column()
        )
    };
    let at = Origin {
        end: key.start,
        ..key
    };
    Some((at, text))
}

/// The bytes that go with an entry that is taken out: its lines, or in `{a: b, c: d}` a comma. Where it is the only one below its
/// parent, the parent goes, too, unless it has to stay.
pub fn entry(sources: &Sources, key: Origin, value: Origin) -> Option<Origin> {
    if key.file != value.file || value.end < key.end {
        return None;
    }
    let around = Around::of(sources, key)?;
    let whole = if around.is_flow()? {
        around.in_flow(value.end as usize)?
    } else {
        around.in_block(value.end as usize)?
    };
    Some(Origin::new(key.file, whole))
}

/// A key and the text around it.
struct Around<'t> {
    text: &'t str,
    start: usize,
    /// Where the key's line starts.
    line: usize,
}

impl<'t> Around<'t> {
    fn of(sources: &'t Sources, key: Origin) -> Option<Self> {
        let text = sources.file(key.file).text.as_str();
        let start = key.start as usize;
        let line = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        Some(Self { text, start, line })
    }

    /// What stands before the key on its line.
    fn before(&self) -> &'t str {
        &self.text[self.line..self.start]
    }

    fn column(&self) -> usize {
        self.before().chars().count()
    }

    fn line_end(&self) -> &'static str {
        let end = self.text[self.start..].find('\n');
        let crlf = end.is_some_and(|end| self.text[..self.start + end].ends_with('\r'));
        if crlf { "\r\n" } else { "\n" }
    }

    /// Whether the key stands between brackets. `None` where that cannot be told from the lines around it.
    fn is_flow(&self) -> Option<bool> {
        let before = self.before();
        if !before.trim_matches([' ', '-']).is_empty() {
            let flow = before.trim_end().ends_with(['{', ',']);
            return flow.then_some(true);
        }
        // Only blanks and dashes: the line before tells, unless its comma may be a word's.
        let mut above = self.text[..self.line].lines().rev().map(str::trim);
        let above = above.find(|line| !line.is_empty() && !line.starts_with('#'));
        match above.and_then(|line| line.chars().last()) {
            Some('{') => Some(true),
            Some(',') => self.is_json().then_some(true),
            _ => Some(false),
        }
    }

    fn is_json(&self) -> bool {
        self.text.trim_start().starts_with(['{', '['])
    }

    /// With the comma behind it, or the one before it where it is the last.
    fn in_flow(&self, end: usize) -> Option<std::ops::Range<usize>> {
        let rest = self.text.get(end..)?;
        let blank = |text: &str| text.len() - text.trim_start().len();
        let next = blank(rest);
        match rest[next..].chars().next()? {
            ',' => {
                let after = end + next + 1;
                let gap = &self.text[after..];
                Some(self.start..after + blank(gap))
            }
            '}' => {
                let before = self.text[..self.start].trim_end();
                match before.strip_suffix(',') {
                    Some(kept) => Some(kept.len()..end),
                    None => Some(self.start..end),
                }
            }
            _ => None,
        }
    }

    /// With its lines, and what else stands on the last one if that is a comment.
    fn in_block(&self, end: usize) -> Option<std::ops::Range<usize>> {
        let rest = self.text.get(end..)?;
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let tail = rest[..length].trim();
        let is_comment = tail.starts_with('#') && rest.starts_with([' ', '\t']);
        if !(tail.is_empty() || is_comment) {
            return None;
        }
        let next = end + length;
        let below = indent_of_content(self.text[next..].lines());
        let has_sibling_below = below.is_some_and(|(indent, line)| {
            indent == self.column()
                && !line.starts_with("- ")
                && line != "-"
                && !line.starts_with("---")
        });
        let before = self.before();
        if !before.trim_matches(' ').is_empty() {
            // The dash of an item stays where it is, and the next entry moves up to it.
            let adjacent = self.text[next..].starts_with(&" ".repeat(self.column()));
            return (has_sibling_below && adjacent).then(|| self.start..next + self.column());
        }
        if has_sibling_below {
            return Some(self.line..next);
        }
        let above = indent_of_content(self.text[..self.line].lines().rev());
        match above {
            Some((indent, line)) if indent < self.column() && line.ends_with(':') => {
                // The only one: its parent would be left with nothing, which is `null` and no mapping.
                let parent = self.text[..self.line].rfind(line)?;
                let first = line.starts_with("- ");
                let own = self.text[..parent].rfind('\n').map_or(0, |at| at + 1);
                let adjacent = self.text[parent..self.line].trim_end() == line;
                (!first && adjacent).then_some(own..next)
            }
            Some((indent, _)) if indent >= self.column() => Some(self.line..next),
            // `- a: 1` above, whose further entries stand below its first key.
            Some((indent, line)) if line.starts_with("- ") && indent < self.column() => {
                Some(self.line..next)
            }
            _ => None,
        }
    }
}

/// The first of these lines that says something, and how far it is indented.
fn indent_of_content<'t>(mut lines: impl Iterator<Item = &'t str>) -> Option<(usize, &'t str)> {
    let line = lines.find(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    })?;
    let content = line.trim_start();
    Some((line.len() - content.len(), content.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::super::{File, Resolved, Tree};
    use super::*;

    /// A file, the place of `key` in it, and that of the value behind it.
    fn place(text: &str, key: &str, value: &str) -> (Sources, Origin, Origin) {
        let mut sources = Sources::default();
        let file = sources.add(File::new("a.yaml", text));
        let at = text.find(key).expect("is there");
        let from = at + key.len();
        let behind = from + text[from..].find(value).expect("is there");
        let key = Origin::new(file, at..from);
        let value = Origin::new(file, behind..behind + value.len());
        (sources, key, value)
    }

    fn without(text: &str, key: &str, value: &str) -> Option<String> {
        let (sources, key, value) = place(text, key, value);
        let gone = entry(&sources, key, value)?;
        let mut text = text.to_owned();
        text.replace_range(gone.start as usize..gone.end as usize, "");
        Some(text)
    }

    fn with(text: &str, key: &str) -> Option<String> {
        let (sources, key, _) = place(text, key, "");
        let (at, new) = entry_before(&sources, key, "new: 1")?;
        let mut text = text.to_owned();
        text.insert_str(at.start as usize, &new);
        Some(text)
    }

    #[test]
    fn whatever_is_quoted_is_read_as_it_was() {
        for text in [
            "",
            "yes",
            "a\"b\\c",
            "a\nb\tc\r",
            "\u{7}\u{85}\u{2028}\u{feff}é😀",
            "#: {}",
        ] {
            let quoted = double_quoted(text);
            let tree = Tree::parse(super::super::FileId::new(0), 0, &quoted).expect("YAML");
            let root = tree.root().expect("a value");
            assert_eq!(root.text(), Some(text));
            assert_eq!(root.resolved(), Some(Resolved::String));
            let json: String = serde_json::from_str(&quoted).expect("JSON");
            assert_eq!(json, text);
        }
    }

    #[test]
    fn an_entry_comes_before_another_one() {
        for (text, expected) in [
            ("a:\n  key: 1\n", "a:\n  new: 1\n  key: 1\n"),
            ("a:\r\n  key: 1\r\n", "a:\r\n  new: 1\r\n  key: 1\r\n"),
            ("- - key: 1\n", "- - new: 1\n    key: 1\n"),
            ("a: {key: 1}\n", "a: {new: 1, key: 1}\n"),
            ("a: [{b: 1, key: 1}]\n", "a: [{b: 1, new: 1, key: 1}]\n"),
            ("a: {\n  key: 1}\n", "a: {\n  new: 1, key: 1}\n"),
            (
                "{\"a\": 1,\n \"key\": 1}\n",
                "{\"a\": 1,\n \"new: 1, key\": 1}\n",
            ),
        ] {
            if text.starts_with('{') {
                let (sources, mut key, _) = place(text, "key", "");
                key.start -= 1;
                let (at, new) = entry_before(&sources, key, "\"n\": 1").expect("a place");
                assert_eq!(
                    (&text[at.start as usize..], &*new),
                    ("\"key\": 1}\n", "\"n\": 1, ")
                );
            } else {
                assert_eq!(with(text, "key").as_deref(), Some(expected));
            }
        }
        assert_eq!(with("a: b,\nkey: 1\n", "key"), None, "a comma, or a word");
        assert_eq!(with("? key\n: 1\n", "key"), None);
    }

    #[test]
    fn an_entry_goes_with_its_line_or_its_comma() {
        for (text, expected) in [
            ("a: 0\nkey: 1 # c\nb: 2\n", Some("a: 0\nb: 2\n")),
            ("m:\n  a: 0\n  key: 1\nn: 2\n", Some("m:\n  a: 0\nn: 2\n")),
            (
                "m:\n  x: 1\n  y:\n    key: 1\n  b: 2\n",
                Some("m:\n  x: 1\n  b: 2\n"),
            ),
            ("m:\n  y:\n    # why\n    key: 1\n", None),
            ("- key: 1\n  b: 2\n", Some("- b: 2\n")),
            ("- key: 1\n- b: 2\n", None),
            ("- b: 2\n  key: 1\n", Some("- b: 2\n")),
            ("m: {key: 1, b: 2}\n", Some("m: {b: 2}\n")),
            ("m: {a: 0, key: 1, b: 2}\n", Some("m: {a: 0, b: 2}\n")),
            ("m: {a: 0, key: 1}\n", Some("m: {a: 0}\n")),
            ("m: {key: 1}\n", Some("m: {}\n")),
            ("{a: 0,\n key: 1\n}\n", Some("{a: 0\n}\n")),
            ("key: 1", None),
        ] {
            assert_eq!(without(text, "key", "1").as_deref(), expected, "{text}");
        }
    }
}
