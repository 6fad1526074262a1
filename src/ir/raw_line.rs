//! Raw lines: what of HAProxy's language a manifest may bring along, one line at a time.
//!
//! In: a line as somebody wrote it. Out: a [`RawLine`], which is one line, opens no section, and says the same on every host.
//! Whether its words mean anything is HAProxy's to say; whether they are allowed is the configuration's.

use std::fmt;

use super::words::{MAX_WORDS, words};

/// A line of HAProxy's language that stays a line, and within its section.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RawLine {
    text: String,
    words: Vec<String>,
}

impl RawLine {
    /// Reads a line; `None` for a blank one or a comment.
    ///
    /// # Errors
    /// It holds a control character, opens a section or a condition, reads the environment, or is none that HAProxy can split into
    /// words. Lower case, without a full stop.
    pub fn new(line: &str) -> Result<Option<Self>, &'static str> {
        let line = line.trim_matches([' ', '\t', '\r']);
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let text = without_tabs(line, true)?;
        let words = words(&text)?;
        if words.len() > MAX_WORDS {
            return Err("more words than HAProxy reads: at most 64 on a line");
        }
        if words.iter().any(String::is_empty) {
            return Err("an empty word, at which HAProxy ends the line");
        }
        // `\x0a` is a line feed to HAProxy, too.
        if words.iter().any(|word| word.contains(char::is_control)) {
            return Err("a control character");
        }
        let first = words.first().map(String::as_str).unwrap_or_default();
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if first.is_empty()
            || first.starts_with('.')
            || !first.bytes().all(plain)
            || !text.starts_with(first)
        {
            return Err("a line that begins with something else than a plain word");
        }
        if SECTIONS.contains(&first) {
            return Err("a line that opens a section");
        }
        if reads_host(&words) {
            return Err("a word that reads the environment, Lua or a file of HAProxy's host");
        }
        Ok(Some(Self { text, words }))
    }

    /// Its words, as HAProxy sees them. There is at least one.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether it is this directive: its first words are those of `directive`, arguments in brackets apart.
    pub fn is(&self, directive: &str) -> bool {
        let mut own = self.words.iter();
        let mut wanted = directive.split_ascii_whitespace().peekable();
        wanted.peek().is_some()
            && wanted.all(|wanted| {
                own.next().is_some_and(|own| {
                    own == wanted || own.split('(').next().is_some_and(|name| name == wanted)
                })
            })
    }
}

/// As it is emitted, without indentation.
impl fmt::Display for RawLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// How many words say which directive a line is, before what it says: `http-request set-header`, `maxconn`. At least one.
pub(crate) fn directive_words(words: &[String]) -> usize {
    match words.first().map_or("", String::as_str) {
        "tcp-request" | "tcp-response" => 3,
        "http-request"
        | "http-response"
        | "http-after-response"
        | "http-check"
        | "tcp-check"
        | "option"
        | "no"
        | "timeout"
        | "stats"
        | "default-server"
        | "compression"
        | "stick" => 2,
        _ => 1,
    }
}

/// Whether a line reads what is not its author's: the environment, code, or files of HAProxy's host.
fn reads_host(words: &[String]) -> bool {
    const FILES: [&str; 10] = [
        "-f",
        "file",
        "lf-file",
        "errorfile",
        "errorfiles",
        "ca-file",
        "ca-verify-file",
        "crl-file",
        "crt",
        "load-server-state-from-file",
    ];
    words.iter().any(|word| {
        let word = word.to_ascii_lowercase();
        FILES.contains(&word.as_str()) || CALLS.iter().any(|call| calls(&word, call))
    })
}

/// Beginnings of fetches, converters and actions: environment, Lua, and maps, which are files.
const CALLS: [&str; 4] = ["env(", "lua.", "map(", "map_"];

/// Whether a call stands in a word, and not the end of a longer name.
fn calls(word: &str, call: &str) -> bool {
    word.match_indices(call).any(|(at, _)| {
        !word[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    })
}

/// Words that open a section, whatever stands before them on the line (manual 2 to 12; `ingressc` knows 2.6 to 3.4).
pub(crate) const SECTIONS: [&str; 21] = [
    "acme",
    "backend",
    "cache",
    "crt-store",
    "defaults",
    "fcgi-app",
    "frontend",
    "global",
    "healthcheck",
    "http-errors",
    "listen",
    "log-forward",
    "log-profile",
    "mailers",
    "namespace_list",
    "peers",
    "program",
    "resolvers",
    "ring",
    "traces",
    "userlist",
];

/// The line with spaces for tabs, where HAProxy takes both for the same. With `words`, quotes are looked for: a tab inside them is
/// part of a word.
pub(crate) fn without_tabs(line: &str, words: bool) -> Result<String, &'static str> {
    let mut text = String::with_capacity(line.len());
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\t' if quote.is_some() => return Err("a tab inside quotes"),
            '\t' => text.push(' '),
            c if c.is_control() => return Err("a control character"),
            '\\' if words && quote != Some('\'') => {
                text.push(c);
                match chars.next() {
                    Some(c) if c.is_control() => return Err("a control character"),
                    escaped => text.extend(escaped),
                }
            }
            '"' | '\'' if words => {
                quote = match quote {
                    None => Some(c),
                    Some(open) if open == c => None,
                    other => other,
                };
                text.push(c);
            }
            // What follows is a comment.
            '#' if words && quote.is_none() => {
                text.push(c);
                text.push_str(&without_tabs(chars.as_str(), false)?);
                break;
            }
            other => text.push(other),
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> RawLine {
        RawLine::new(text).expect("legal").expect("a line")
    }

    #[test]
    fn a_line_stays_a_line_and_in_its_section() {
        for bad in [
            "http-request set-header A b\nbackend evil",
            "backend evil",
            "userlist u",
            "\"backend\" evil",
            "back\\end evil",
            ".if true",
            "http-request set-header A \"$HOME\"",
            "http-request set-header A %[env(HOME)]",
            "http-request set-header A 'b",
            "http-request set-header A ''",
            "http-request set-header A 'b\tc'",
            "http-request set-header A \\x0d\\x0aEvil:x",
            "http-request return status 200 file /etc/passwd",
            "http-request deny if { src -f /etc/shadow }",
            "http-request lua.steal",
            "http-request set-header A %[path,map(/etc/passwd)]",
            "http-request set-header A %[path,map_beg(patterns/x)]",
            &"a ".repeat(65),
        ] {
            assert!(RawLine::new(bad).is_err(), "{bad}");
        }
        for nothing in ["", "  \t", "# comment", "  # comment\r"] {
            assert_eq!(RawLine::new(nothing), Ok(None), "{nothing}");
        }
        let tabs = line("\thttp-request\tdeny  # why\tnot\r");
        assert_eq!(tabs.to_string(), "http-request deny  # why not");
    }

    #[test]
    fn directives_are_compared_by_words() {
        let set = line("http-request set-header X-A b");
        assert!(set.is("http-request set-header") && set.is("http-request"));
        assert!(
            !set.is("http-request set") && !set.is("") && !set.is("http-request set-header X-B")
        );
        assert!(line("http-request set-var(txn.a) src").is("http-request set-var"));
    }
}
