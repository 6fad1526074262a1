//! Formats of log lines: text, HAProxy's variables for logs, and samples (manual: section 8.2.4, 8.2.6 from 3.0 on).
//!
//! What a variable shows belongs into a log: times, counts, addresses, the request line. Samples are those of [`Sample`], so that no
//! manifest reads files, the environment or secrets into the log.

use std::fmt;
use std::ops::Range;

use super::sample::{Moment, Sample};

/// A format of log lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFormat(Vec<LogPiece>);

/// A part of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogPiece {
    /// Text, as it is meant.
    Text(String),
    /// `%ci`, or `%{+Q}r`.
    Variable(Flags, &'static str),
    /// `%[src]`, or `%{+Q}[src]`.
    Sample(Flags, Sample),
}

/// What is written between the braces of `%{+Q,-E}`: whether a flag is set (`+`) or unset (`-`), and which.
pub type Flags = Vec<(bool, char)>;

/// Why text is no format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFormatError {
    /// Lower case, without a full stop, to follow a subject: `has a control character`.
    pub message: String,
    /// The bytes that it is about.
    pub range: Range<usize>,
    /// Which kind of mistake.
    pub kind: LogFormatMistake,
}

/// Kinds of mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormatMistake {
    /// Outside of the grammar.
    Grammar,
    /// An expression that may read more than belongs into a log.
    Expression,
    /// A character that would end the line.
    Control,
    /// Something of a request, where nobody sees any.
    Request,
}

/// The variables that HAProxy 2.6 to 3.4 know in HTTP mode. `o` shows nothing: its flags hold for all that follow.
const VARIABLES: [&str; 64] = [
    "B", "CC", "CS", "H", "HM", "HP", "HPO", "HQ", "HU", "HV", "ID", "ST", "T", "TR", "Ta", "Tc",
    "Td", "Th", "Ti", "Tl", "Tq", "Tr", "Ts", "Tt", "Tu", "Tw", "U", "ac", "b", "bc", "bi", "bp",
    "bq", "ci", "cp", "f", "fc", "fi", "fp", "ft", "hr", "hrl", "hs", "hsl", "lc", "ms", "o",
    "pid", "r", "rc", "rt", "s", "sc", "si", "sp", "sq", "sslc", "sslv", "t", "tr", "trg", "trl",
    "ts", "tsc",
];

/// Those of them that HAProxy has only where it sees requests: in `mode tcp`, 2.6 does not start with them.
const OF_REQUESTS: [&str; 17] = [
    "CC", "CS", "HM", "HP", "HPO", "HQ", "HU", "HV", "TR", "Ta", "Ti", "Tq", "Tr", "r", "tr",
    "trg", "trl",
];

/// Samples of requests, among those that are known when a line is written. The variables are those that HTTP frontends set.
const SAMPLES_OF_REQUESTS: [&str; 8] = [
    "method",
    "status",
    "fc_http_major",
    "http_first_req",
    "capture.req.uri",
    "capture.req.method",
    "capture.req.ver",
    "var",
];

impl LogPiece {
    /// Whether it shows a part of a request.
    fn is_of_requests(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Variable(_, name) => OF_REQUESTS.contains(name),
            Self::Sample(_, sample) => SAMPLES_OF_REQUESTS.contains(&sample.fetch.name),
        }
    }
}

impl LogFormat {
    /// Reads a format on one line.
    ///
    /// # Errors
    /// What is outside of the grammar, or shows what does not belong into a log.
    pub fn parse(text: &str) -> Result<Self, LogFormatError> {
        Self::read(text, true)
    }

    /// The same for connections of which nobody reads requests.
    ///
    /// # Errors
    /// As [`Self::parse`], and whatever is a part of a request.
    pub fn parse_for_connections(text: &str) -> Result<Self, LogFormatError> {
        Self::read(text, false)
    }

    fn read(text: &str, sees_requests: bool) -> Result<Self, LogFormatError> {
        if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control()) {
            return Err(LogFormatError {
                message: "has a control character; a format is one line".to_owned(),
                range: at..at + c.len_utf8(),
                kind: LogFormatMistake::Control,
            });
        }
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut at = 0;
        while let Some(percent) = text[at..].find('%').map(|offset| at + offset) {
            plain.push_str(&text[at..percent]);
            at = percent + 1;
            if text[at..].starts_with('%') {
                plain.push('%');
                at += 1;
                continue;
            }
            if !plain.is_empty() {
                pieces.push(LogPiece::Text(std::mem::take(&mut plain)));
            }
            let (read, length) = evaluated(&text[at..]).map_err(|(message, length, kind)| {
                let end = (at + length).min(text.len());
                LogFormatError {
                    message,
                    range: percent..end,
                    kind,
                }
            })?;
            at += length;
            if !sees_requests && read.iter().any(LogPiece::is_of_requests) {
                let what = &text[percent..at];
                return Err(LogFormatError {
                    message: format!(
                        "has `{what}`, and connections of TCP services have no requests"
                    ),
                    range: percent..at,
                    kind: LogFormatMistake::Request,
                });
            }
            pieces.extend(read);
        }
        plain.push_str(&text[at..]);
        if !plain.is_empty() {
            pieces.push(LogPiece::Text(plain));
        }
        Ok(Self(pieces))
    }

    /// Its parts.
    pub fn pieces(&self) -> &[LogPiece] {
        &self.0
    }
}

type Failure = (String, usize, LogFormatMistake);

/// What follows a `%`, and how many bytes it takes.
fn evaluated(text: &str) -> Result<(Vec<LogPiece>, usize), Failure> {
    let (flags, at) = flags(text)?;
    let rest = &text[at..];
    if let Some(inside) = rest.strip_prefix('[') {
        let Some(length) = inside.find(']') else {
            let message = "has a `%[` that is not closed".to_owned();
            return Err((message, text.len(), LogFormatMistake::Grammar));
        };
        let expression = &inside[..length];
        let end = at + length + 2;
        let samples = samples(expression).map_err(|error| {
            let message = format!("has `%[{expression}]`, which is not shown in logs: {error}");
            (message, end, LogFormatMistake::Expression)
        })?;
        let pieces = samples
            .into_iter()
            .map(|sample| LogPiece::Sample(flags.clone(), sample));
        return Ok((pieces.collect(), end));
    }
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = &rest[..length];
    match VARIABLES.iter().find(|known| **known == name) {
        Some(name) => Ok((vec![LogPiece::Variable(flags, name)], at + length)),
        None if name.is_empty() => Err((
            "has a `%` that begins no variable".to_owned(),
            at,
            LogFormatMistake::Grammar,
        )),
        None => Err((
            format!("has `%{name}`, which is no variable of HAProxy's for logs"),
            at + length,
            LogFormatMistake::Grammar,
        )),
    }
}

/// The controller's own format shows `txn.base`, a variable of its frontends: host and path, which ours have one by one.
fn samples(expression: &str) -> Result<Vec<Sample>, super::SampleError> {
    let parts: &[&str] = match expression.trim() {
        "var(txn.base)" => &["var(txn.host)", "var(txn.path)"],
        other => &[other],
    };
    let read = |part: &&str| Sample::parse(part, Moment::Log);
    parts.iter().map(read).collect()
}

/// `{+Q,-E}`, where there is one, and how many bytes it takes.
fn flags(text: &str) -> Result<(Flags, usize), Failure> {
    let Some(inside) = text.strip_prefix('{') else {
        return Ok((Flags::new(), 0));
    };
    let wrong = || {
        let message = "has flags other than `+Q`, `+X`, `+E` and the same with `-`".to_owned();
        (message, 1, LogFormatMistake::Grammar)
    };
    let length = inside.find('}').ok_or_else(wrong)?;
    let flag = |text: &str| match text.trim().as_bytes() {
        [sign @ (b'+' | b'-'), flag @ (b'Q' | b'X' | b'E')] => {
            Ok((*sign == b'+', char::from(*flag)))
        }
        _ => Err(wrong()),
    };
    let flags: Result<Flags, _> = inside[..length].split(',').map(flag).collect();
    Ok((flags?, length + 2))
}

/// As HAProxy reads it; to be quoted as a word besides.
impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            match piece {
                LogPiece::Text(text) => f.write_str(&text.replace('%', "%%"))?,
                LogPiece::Variable(flags, name) => write!(f, "%{}{name}", Braces(flags))?,
                LogPiece::Sample(flags, sample) => write!(f, "%{}[{sample}]", Braces(flags))?,
            }
        }
        Ok(())
    }
}

struct Braces<'a>(&'a Flags);

impl fmt::Display for Braces<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (set, flag)) in self.0.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            let sign = if *set { '+' } else { '-' };
            write!(f, "{before}{sign}{flag}")?;
        }
        f.write_str(if self.0.is_empty() { "" } else { "}" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formats_are_read_and_shown() {
        for text in [
            "%ci:%cp [%tr] %ft %b/%s",
            "%{+Q}o %{-Q,+E}ci \"%HM\" 100%% 'x' #$HOME \\",
            "%{+Q}[ssl_fc_sni]|%[src,lower]",
            "",
        ] {
            assert_eq!(
                LogFormat::parse(text).map(|it| it.to_string()).as_deref(),
                Ok(text)
            );
        }
    }

    #[test]
    fn connections_have_no_requests() {
        let known: Vec<_> = OF_REQUESTS
            .iter()
            .filter(|name| !VARIABLES.contains(name))
            .collect();
        assert!(known.is_empty(), "{known:?}");
        for text in ["%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts", "%[src,lower]"] {
            let read = LogFormat::parse_for_connections(text);
            assert_eq!(read.map(|it| it.to_string()).as_deref(), Ok(text));
        }
        for (text, place) in [
            ("a %{+Q}r", "%{+Q}r"),
            ("%ci %HM b", "%HM"),
            ("%[status] x", "%[status]"),
            ("x%[var(txn.base)]", "%[var(txn.base)]"),
        ] {
            assert!(LogFormat::parse(text).is_ok(), "{text}");
            let error = LogFormat::parse_for_connections(text).expect_err(text);
            assert_eq!(
                (&text[error.range], error.kind),
                (place, LogFormatMistake::Request)
            );
        }
    }

    #[test]
    fn the_base_of_the_controller_is_host_and_path() {
        assert_eq!(
            LogFormat::parse("%[var(txn.base)]")
                .map(|it| it.to_string())
                .as_deref(),
            Ok("%[var(txn.host)]%[var(txn.path)]")
        );
    }

    #[test]
    fn what_is_no_format_is_told_with_its_place() {
        use LogFormatMistake::{Control, Expression, Grammar};
        for (text, place, kind) in [
            ("a\nb", "\n", Control),
            ("a %", "%", Grammar),
            ("a % b", "%", Grammar),
            ("a %cix b", "%cix", Grammar),
            ("%ci %{+Q}%ci", "%{+Q}", Grammar),
            ("%{Q}ci", "%{", Grammar),
            ("%{+Z}ci", "%{", Grammar),
            ("%[src", "%[src", Grammar),
            ("x %[env(HOME)] y", "%[env(HOME)]", Expression),
            ("%[path]", "%[path]", Expression),
            ("%(name)ci", "%", Grammar),
            ("%é", "%", Grammar),
        ] {
            let error = LogFormat::parse(text).expect_err(text);
            assert_eq!((&text[error.range], error.kind), (place, kind), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn whatever_is_taken_is_one_line_and_means_the_same_when_it_is_read_again(
            text in prop_oneof![
                r"[\PC\n]{0,40}",
                r#"(%|%%|\[|\]|\{|\}|\+Q|-E|ci|ST|src|env\(A\)|var\(txn.base\)|,lower|[ "'\\a]){0,12}"#,
            ],
        ) {
            let Ok(format) = LogFormat::parse(&text) else {
                return Ok(());
            };
            let shown = format.to_string();
            prop_assert!(!shown.contains(char::is_control));
            prop_assert_eq!(LogFormat::parse(&shown).map(|it| it.to_string()), Ok(shown));
        }
    }
}
