//! Says what is wrong with a document that cannot be read as YAML, and what to do about it.
//!
//! In: the document and what the scanner said. Out: one finding: the scanner's words are about tokens, while the cause is
//! mostly a template that nobody rendered, a tab, or a value that wants quotes.

use std::ops::Range;

use super::build::{
    COLLECTION_AS_KEY, CONTENT_AFTER_END, NESTED_TOO_DEEP, UNCLOSED_BRACKET, UNKNOWN_ANCHOR,
};
use super::documents::Document;
use super::events::ScanError;
use super::lines::{BlockScalars, content_of};
use super::origin::{FileId, Origin};
use super::template::{self, Engine, Marker};
use crate::finding::{Code, Finding};

/// The finding for `document` of `file`, whose `text` [`super::Tree::parse`] refused with `error`: ING005, ING009, ING011
/// or ING001.
pub fn unreadable(file: FileId, document: &Document, text: &str, error: &ScanError) -> Finding {
    let base = document.start as usize;
    let at = |range: Range<usize>| Origin::new(file, base + range.start..base + range.end);
    if error.is_limit {
        return Finding::new(Code::INPUT_TOO_LARGE, &*error.message)
            .at(at(token(text, error.offset)))
            .help(if error.message == NESTED_TOO_DEEP {
                "nest it less deep, or exclude the file if it is no manifest"
            } else {
                "write the values out, or split the document"
            });
    }
    if let Some((marker, more)) = template(text, error.offset) {
        let shown = &text[marker.range.clone()];
        let finding = Finding::new(
            Code::UNRENDERED_TEMPLATE,
            format!("`{shown}` has not been rendered, so this is not YAML"),
        )
        .at(at(marker.range))
        .help(marker.engine.help());
        return match more {
            0 => finding,
            1 => finding.note("one more line of the document holds such a marker"),
            more => finding.note(format!(
                "{more} more lines of the document hold such markers"
            )),
        };
    }
    if let Some(tab) = tab(text, error) {
        return Finding::new(Code::TAB_INDENTATION, "a tab where YAML wants spaces")
            .at(at(tab))
            .help("indent with spaces");
    }
    let (message, help) = words(text, error);
    let finding = Finding::new(Code::YAML_PARSE_ERROR, message).help(help);
    if matches!(error.message.as_str(), CONTROL_CHARACTER | UNCLOSED_BRACKET) {
        // One character is at fault, and it may be one that nobody sees in the word.
        let end = error.offset + char_length(&text[error.offset..]);
        return finding.at(at(error.offset..end));
    }
    match &error.context {
        // The scanner notices a key without colon, and a quote that is not closed, lines below.
        Some(context)
            if error.message.contains("':'") || context.message.contains("quoted scalar") =>
        {
            finding.at(at(word(text, context.offset)))
        }
        Some(context) if line_of(text, context.offset) != line_of(text, error.offset) => finding
            .at(at(word(text, error.offset)))
            .label(at(word(text, context.offset)), &*context.message),
        _ => finding.at(at(word(text, error.offset))),
    }
}

/// The marker to point at, and how many more lines have one. Text of block scalars is left out: a ConfigMap may hold
/// templates that are meant for somebody else.
fn template(text: &str, error: usize) -> Option<(Marker, usize)> {
    let mut scalars = BlockScalars::default();
    let mut found: Option<Marker> = None;
    let mut more = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let here = start;
        start += line.len();
        let line = line.trim_end();
        if scalars.holds(line) || content_of(line).starts_with('#') {
            continue;
        }
        let Some(marker) = breaking_marker(line, error.wrapping_sub(here)) else {
            continue;
        };
        if found.is_some() {
            more += 1;
        } else if here <= error {
            let range = here + marker.range.start..here + marker.range.end;
            found = Some(Marker { range, ..marker });
        } else {
            // What stands below the place where the scanner stopped is not the cause.
            return None;
        }
    }
    found.map(|marker| (marker, more))
}

/// A marker that breaks YAML: at the beginning of a value, where `{`, `%` and `@` mean something, or where the scanner
/// stopped.
fn breaking_marker(line: &str, error: usize) -> Option<Marker> {
    let mut from = 0;
    while let Some(marker) = template::marker(&line[from..]) {
        let range = from + marker.range.start..from + marker.range.end;
        let before = line[..range.start].trim_end();
        let begins_value = before.is_empty()
            || before.ends_with(['[', ',', '{'])
            || (before.len() < range.start && before.ends_with([':', '-', '?']));
        let breaks = match marker.engine {
            Engine::Helm | Engine::Jinja | Engine::Terraform => begins_value,
            Engine::Token => begins_value && line[range.start..].starts_with(['@', '%']),
            Engine::Variable | Engine::Vault | Engine::Ytt => false,
        };
        if breaks || (range.start..=range.end).contains(&error) {
            return Some(Marker { range, ..marker });
        }
        from = range.end;
    }
    None
}

/// The tab that the scanner stumbled over.
fn tab(text: &str, error: &ScanError) -> Option<Range<usize>> {
    let start = text[..error.offset].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let in_indent = line[..indent].find('\t').map(|at| start + at);
    let at_error = (text.as_bytes().get(error.offset) == Some(&b'\t')).then_some(error.offset);
    // Between brackets tabs are as good as spaces.
    let in_brackets = error
        .context
        .as_ref()
        .is_some_and(|context| context.message.contains("flow"));
    let from = at_error.or(in_indent.filter(|_| !in_brackets))?;
    let length = text[from..]
        .bytes()
        .take_while(|&byte| byte == b'\t')
        .count();
    Some(from..from + length)
}

const CONTROL_CHARACTER: &str = "control characters are not allowed";

/// The scanner's problem in words that a reader of manifests understands, and what to do.
fn words(text: &str, error: &ScanError) -> (String, &'static str) {
    const QUOTE: &str = "put the value in quotes";
    const INDENT: &str = "check the indentation of this line and of those above it";
    let problem = error.message.as_str();
    let in_quotes = error
        .context
        .as_ref()
        .is_some_and(|context| context.message.contains("quoted scalar"));
    let next = text[error.offset..].chars().next();
    match problem {
        CONTROL_CHARACTER => (
            format!(
                "the character U+{:04X} is not allowed in YAML",
                next.map_or(0, u32::from)
            ),
            "remove the character, or write it as an escape in double quotes",
        ),
        "mapping values are not allowed in this context" if begins_line(text, error.offset) => (
            "a key that is indented deeper than the value above it allows".to_owned(),
            "indent it as far as the key above it, or put a value of several lines in quotes",
        ),
        "mapping values are not allowed in this context" => (
            "`: ` where no key can stand".to_owned(),
            "put a value that holds `: ` in quotes",
        ),
        UNKNOWN_ANCHOR => (
            format!("`{}`: {UNKNOWN_ANCHOR}", &text[word(text, error.offset)]),
            "write its anchor (`&name`) above it, or put a value that begins with `*` in quotes",
        ),
        UNCLOSED_BRACKET => (
            format!("`{}` is opened here and never closed", next.unwrap_or('[')),
            "close it, or put a value that begins with a bracket in quotes",
        ),
        CONTENT_AFTER_END | "did not find expected <document start>" => (
            "content after the end of the document".to_owned(),
            "begin the next document with `---`, or remove the `...` above it",
        ),
        COLLECTION_AS_KEY => (problem.to_owned(), QUOTE),
        "found character that cannot start any token" => (
            format!("a value cannot begin with `{}`", next.unwrap_or(' ')),
            QUOTE,
        ),
        "could not find expected ':'" => (
            "a key without `:`".to_owned(),
            "add `: ` after the key, or indent the text as far as the value that it belongs to",
        ),
        "did not find expected key" => ("a key was expected here".to_owned(), INDENT),
        "did not find expected '-' indicator" => {
            ("a list item (`- `) was expected here".to_owned(), INDENT)
        }
        "did not find expected ',' or ']'" => (
            "a list in brackets that is not closed".to_owned(),
            "add `,` or `]`",
        ),
        "did not find expected ',' or '}'" => (
            "a mapping in braces that is not closed".to_owned(),
            "add `,` or `}`",
        ),
        "did not find expected alphabetic or numeric character" => (
            "an alias or anchor without a name".to_owned(),
            "put a value that begins with `*` or `&` in quotes, such as \"*.example.com\"",
        ),
        "found unexpected end of stream" | "found unexpected document indicator" if in_quotes => {
            ("a quote that is not closed".to_owned(), "close the quote")
        }
        _ => (format!("not YAML: {problem}"), INDENT),
    }
}

/// The alias or bracket that begins at byte `at`.
fn token(text: &str, at: usize) -> Range<usize> {
    let rest = &text[at..];
    let length = rest
        .find(|c: char| c.is_whitespace() || ",[]{}".contains(c))
        .unwrap_or(rest.len());
    at..at + length.max(char_length(rest))
}

/// Whether nothing but indentation stands before the word at byte `at`.
fn begins_line(text: &str, at: usize) -> bool {
    let start = word(text, at).start;
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    text[line..start].trim().is_empty()
}

/// The word around byte `at`; the last one before it where nothing follows.
fn word(text: &str, at: usize) -> Range<usize> {
    let at = if text[at..].trim_start().is_empty() {
        text.trim_end()
            .char_indices()
            .next_back()
            .map_or(0, |(last, _)| last)
    } else {
        at
    };
    let start = text[..at]
        .rfind(char::is_whitespace)
        .map_or(0, |space| space + char_length(&text[space..]));
    let rest = &text[at..];
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    start..at + length.max(char_length(rest))
}

fn char_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

fn line_of(text: &str, at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count()
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::*;

    /// Code, place, help of the finding for a document that starts at byte 100.
    fn say(text: &str) -> (String, String, String) {
        let file = FileId::new(0);
        let error = Tree::parse(file, 100, text).expect_err(text);
        let document = Document {
            file,
            start: 100,
            end: 100 + u32::try_from(text.len()).expect("short"),
        };
        let finding = unreadable(file, &document, text, &error);
        let at = finding.origin().expect("a place");
        let place = text[at.start as usize - 100..at.end as usize - 100].to_owned();
        let help = finding.help.clone().expect("a help");
        (format!("{} {}", finding.code, finding.message), place, help)
    }

    #[test]
    fn unrendered_templates_are_named_at_their_marker() {
        for (text, place) in [
            ("host: {{ .Values.host }}\n", "{{ .Values.host }}"),
            (
                "spec:\n  {{- if .x }}\n  a: 1\n  {{- end }}\n",
                "{{- if .x }}",
            ),
            ("a: 1\n{% if x %}\nb: 2\n{% endif %}\n", "{% if x %}"),
            ("hosts: [${HOST}]\n", "${HOST}"),
            ("host: @@HOST@@\n", "@@HOST@@"),
            ("host: %%HOST%%\n", "%%HOST%%"),
            ("a: 1\n%{ if x }\nb: 2\n", "%{ if x }"),
        ] {
            let (said, at, _) = say(text);
            assert!(said.starts_with("ING005"), "{said} for {text:?}");
            assert_eq!(at, place, "for {text:?}");
        }
    }

    #[test]
    fn templates_in_text_are_not_blamed_for_other_mistakes() {
        for text in [
            "data:\n  a: |\n    {{ range . }}\nb: [1\n",
            "a: \"{{ x }}\"\nb: [1\n",
            "# {{ x }}\nb: [1\n",
            "b: [1\n",
        ] {
            let (said, ..) = say(text);
            assert!(said.starts_with("ING001"), "{said} for {text:?}");
        }
    }

    #[test]
    fn tabs_are_shown() {
        for text in [
            "a:\n\tb: 1\n",
            "a:\n  b: 1\n\tc: 2\n",
            "a: |\n\tb\n",
            "a:\n  - b\n \t- c\n",
        ] {
            let (said, at, _) = say(text);
            assert!(said.starts_with("ING011"), "{said} for {text:?}");
            assert_eq!(at, "\t", "for {text:?}");
        }
    }

    #[test]
    fn mistakes_are_explained_in_words_about_manifests() {
        for (text, message, place, help) in [
            (
                "host: *.example.com\n",
                "without a name",
                "*.example.com",
                "quotes",
            ),
            ("host: *example\n", "no anchor", "*example", "quotes"),
            ("a: b: c\n", "no key can stand", "b:", "quotes"),
            ("a: `b`\n", "cannot begin with ```", "`b`", "quotes"),
            ("{\n\t\"a\": 1\n\t\"b\": 2}\n", "braces", "\"b\":", "`}`"),
            ("a: 1\nbb\nc: 2\n", "a key without", "bb", "add `: `"),
            ("a: \"b\nc: d\n", "quote that is not closed", "\"b", "close"),
            ("a: [1, 2\nb: 3\n", "brackets", "b:", "`]`"),
            ("a: 1\n b: 2\n", "indented deeper", "b:", "indent it"),
            ("a:\n  - [1, 2\n", "never closed", "[", "close it"),
            ("a: {b: [1], \"c\": \n", "never closed", "{", "close it"),
            ("a: 1\n...\nb: 2\n", "after the end", "b:", "`---`"),
            ("a:\n  - b\n  c: d\n", "list item", "c:", "indentation"),
            ("a: x\u{1}y\n", "U+0001", "\u{1}", "remove"),
            ("a: x\u{feff}y\n\u{0}", "U+0000", "\u{0}", "remove"),
        ] {
            let (said, at, advice) = say(text);
            assert!(said.starts_with("ING001"), "{said} for {text:?}");
            assert!(said.contains(message), "{said} for {text:?}");
            assert_eq!(at, place, "for {text:?}");
            assert!(advice.contains(help), "{advice} for {text:?}");
        }
    }

    #[test]
    fn limits_are_their_own_finding() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        let (said, place, help) = say(&deep);
        assert!(said.starts_with("ING009"), "{said}");
        assert!(place == "[" && help.contains("nest"), "{place} {help}");
    }
}
