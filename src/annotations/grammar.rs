//! Grammars: what values a key takes. A grammar reads text into a typed value, and brings samples that test every key for free.

use std::ops::Range;

use crate::finding::{Code, Safety};
use crate::ir::Millis;

/// How the values of a key are read.
pub(super) trait Grammar {
    /// What a value means. Values that say the same are equal.
    type Value: PartialEq;
    /// A short name: `duration`.
    const NAME: &'static str;
    /// The grammar in words, lower case, without a full stop: `a number and one of ms, s, m, h, d`.
    const FORM: &'static str;
    /// A regular expression that every legal value matches (JSON Schema `pattern`), if there is a short one.
    const PATTERN: Option<&'static str> = None;
    /// Whether a value is a list of items with commas between them.
    const COMMAS: bool = false;
    /// Legal values.
    const GOOD: &'static [&'static str];
    /// Illegal values.
    const BAD: &'static [&'static str];

    /// Reads `text`. What is legal and still worth a finding is added to `remarks`.
    ///
    /// The empty string never comes here: it stands for "as if nothing were said", and hides places that count less.
    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Self::Value, Problem>;
}

/// What documentation and schema know of a grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrammarInfo {
    /// A short name: `duration`.
    pub name: &'static str,
    /// The grammar in words, lower case, without a full stop.
    pub form: &'static str,
    /// A regular expression that every legal value matches, if there is a short one.
    pub pattern: Option<&'static str>,
    /// Whether a value is a list of items with commas between them.
    pub commas: bool,
    /// Legal values.
    pub good: &'static [&'static str],
    /// Illegal values.
    pub bad: &'static [&'static str],
}

impl GrammarInfo {
    pub(super) const fn of<G: Grammar>() -> Self {
        Self {
            name: G::NAME,
            form: G::FORM,
            pattern: G::PATTERN,
            commas: G::COMMAS,
            good: G::GOOD,
            bad: G::BAD,
        }
    }
}

/// What is wrong with a value, or worth saying about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The rule; [`Code::INVALID_VALUE`] unless there is a better one.
    pub code: Code,
    /// Lower case, without a full stop, to follow `the value of KEY …`: `is no duration`.
    pub message: String,
    /// What to do, in the imperative.
    pub help: Option<String>,
    /// The bytes of the value that it is about; `None` for all of it.
    pub range: Option<Range<usize>>,
    /// What to write there.
    pub mend: Option<Mend>,
}

/// What takes the place of a value, or of the part that a [`Problem`] is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// Whether somebody has to look at it.
    pub safety: Safety,
    /// The text, as it is read.
    pub text: String,
    /// Whether it is the whole value, whatever part of it is shown.
    pub whole: bool,
}

impl Problem {
    /// A value outside of the grammar.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            code: Code::INVALID_VALUE,
            message: message.into(),
            help: None,
            range: None,
            mend: None,
        }
    }

    /// Another rule than the one for values outside of the grammar.
    #[must_use]
    pub fn code(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What to write in its place, where that is certain or means the same.
    #[must_use]
    pub fn instead(mut self, text: impl Into<String>) -> Self {
        self.mend = Some(Mend {
            safety: Safety::Safe,
            text: text.into(),
            whole: false,
        });
        self
    }

    /// What to write in place of the whole value, if somebody has looked at it.
    #[must_use]
    pub fn perhaps(mut self, text: impl Into<String>) -> Self {
        self.mend = Some(Mend {
            safety: Safety::Unsafe,
            text: text.into(),
            whole: true,
        });
        self
    }

    /// The part of the value that it is about.
    #[must_use]
    pub fn at(mut self, range: Range<usize>) -> Self {
        self.range = Some(range);
        self
    }

    /// The item of a list that it is about, as it stands from `start` on between two separators: the blanks around it are not meant.
    #[must_use]
    pub fn at_item(self, start: usize, part: &str) -> Self {
        let item = part.trim();
        if item.is_empty() {
            return self.at(start..start + part.len());
        }
        let start = start + part.len() - part.trim_start().len();
        self.at(start..start + item.len())
    }
}

/// Go's `ParseBool`, and the words that the haproxytech controller takes with a warning.
pub(super) struct Bool;

impl Grammar for Bool {
    type Value = bool;
    const NAME: &'static str = "bool";
    const FORM: &'static str = "`true` or `false`";
    const PATTERN: Option<&'static str> = Some("^(true|false)$");
    const GOOD: &'static [&'static str] = &["true", "false", "True", "0", "on", "disabled"];
    const BAD: &'static [&'static str] = &["yes", "2", "tru", " true"];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<bool, Problem> {
        let value = match text {
            "true" => return Ok(true),
            "false" => return Ok(false),
            "1" | "t" | "T" | "TRUE" | "True" => true,
            "0" | "f" | "F" | "FALSE" | "False" => false,
            _ => match text.to_ascii_lowercase().as_str() {
                "enabled" | "on" => true,
                "disabled" | "off" => false,
                _ => return Err(Problem::new("is no bool").help("write `true` or `false`")),
            },
        };
        let remark = Problem::new(format!("is an unusual spelling of `{value}`"));
        remarks.push(
            remark
                .code(Code::BOOLEAN_SPELLING)
                .help(format!("write `{value}`"))
                .instead(value.to_string()),
        );
        Ok(value)
    }
}

/// `true`, and for everything else that [`Bool`] takes `false`: some keys are compared with the word itself.
pub(super) struct LiteralTrue;

impl Grammar for LiteralTrue {
    type Value = bool;
    const NAME: &'static str = "literal true";
    const FORM: &'static str = "`true` or `false`, in just this spelling";
    const PATTERN: Option<&'static str> = Some("^(true|false)$");
    const GOOD: &'static [&'static str] = &["true", "false"];
    const BAD: &'static [&'static str] = &["yes", "tru", "True", "1", "on"];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<bool, Problem> {
        let value = Bool::parse(text, &mut Vec::new())?;
        match text {
            "true" | "false" => {}
            // The controller reads every other spelling as `false`, whatever it says.
            _ if value => {
                return Err(Problem::new(
                    "means `false` to the controller: only `true` itself switches it on",
                )
                .code(Code::BOOLEAN_SPELLING)
                .help("write `true`"));
            }
            _ => remarks.push(
                Problem::new("is an unusual spelling of `false`")
                    .code(Code::BOOLEAN_SPELLING)
                    .help("write `false`")
                    .instead("false"),
            ),
        }
        Ok(value)
    }
}

/// A duration of HAProxy's: one number with one unit; without a unit, milliseconds.
pub(super) struct Time;

impl Grammar for Time {
    type Value = Millis;
    const NAME: &'static str = "duration";
    const FORM: &'static str = "a whole number with one of the units `ms`, `s`, `m`, `h`, `d`, more than 0 and at most 24 days; without a unit, milliseconds";
    const PATTERN: Option<&'static str> = Some("^[0-9]+(ms|s|m|h|d)?$");
    const GOOD: &'static [&'static str] = &["5s", "1500ms", "1h", "5000"];
    const BAD: &'static [&'static str] = &[
        "1.5s",
        "1m30s",
        "5 s",
        "-1s",
        "0",
        "s",
        "30d",
        "5us",
        "99999999999999999999s",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Millis, Problem> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        if number.is_empty() {
            return Err(
                Problem::new("is no duration").help("write a number and a unit, such as `30s`")
            );
        }
        let factor: u64 = match unit {
            "" | "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ if unit.bytes().any(|b| b.is_ascii_digit())
                && !unit.contains(|c: char| !c.is_ascii_alphanumeric()) =>
            {
                return Err(several_units(text));
            }
            _ => {
                return Err(Problem::new(format!(
                    "has the unit `{unit}`, which HAProxy does not have"
                ))
                .help("write a whole number with one of `ms`, `s`, `m`, `h`, `d`"));
            }
        };
        let milliseconds = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(factor));
        let value = match milliseconds.map(|number| (number, Millis::new(number))) {
            Some((_, Some(value))) => value,
            Some((0, _)) => {
                return Err(Problem::new("is no time at all").help("write a duration above 0"));
            }
            _ => {
                return Err(Problem::new(
                    "is longer than HAProxy's timers hold, which is 24.8 days",
                )
                .code(Code::OUT_OF_RANGE)
                .help("write at most `24d`"));
            }
        };
        if unit.is_empty() {
            let better = if value.get() < 1_000 {
                format!("{value}` if that is meant, or `{number}s")
            } else {
                value.to_string()
            };
            let remark = Problem::new(format!("has no unit, and so means {value}"))
                .code(Code::DURATION_WITHOUT_UNIT)
                .help(format!("write `{better}`"));
            // Nobody has meant a few milliseconds, so that those are not written down as if somebody had.
            remarks.push(if value.get() < 1_000 {
                remark
            } else {
                remark.instead(value.to_string())
            });
        }
        Ok(value)
    }
}

/// `1m30s`, which Go takes and HAProxy does not.
fn several_units(text: &str) -> Problem {
    let mut total: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..]
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        let factor = match &rest[digits..digits + letters] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => 0,
        };
        let part = rest[..digits]
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(factor));
        let known = factor > 0;
        let sum = part
            .filter(|_| known)
            .and_then(|part| total.checked_add(part));
        let Some(sum) = sum else {
            return Problem::new("is no duration").help("write a number and a unit, such as `30s`");
        };
        total = sum;
        rest = &rest[digits + letters..];
    }
    let problem =
        Problem::new("has several units; HAProxy takes one").code(Code::MULTI_UNIT_DURATION);
    match Millis::new(total) {
        Some(value) => problem
            .help(format!("write `{value}`"))
            .instead(value.to_string()),
        None if total == 0 => problem.help("write a duration above 0"),
        None => problem.help("write at most `24d`, beyond which HAProxy's timers do not go"),
    }
}

/// A whole number from `MIN` to `MAX`.
pub(super) struct Integer<const MIN: u32, const MAX: u32>;

impl<const MIN: u32, const MAX: u32> Grammar for Integer<MIN, MAX> {
    type Value = u32;
    const NAME: &'static str = "integer";
    const FORM: &'static str = "a whole number";
    const PATTERN: Option<&'static str> = Some("^[0-9]+$");
    const GOOD: &'static [&'static str] = &["1"];
    const BAD: &'static [&'static str] = &[
        "",
        "-1",
        "+1",
        "1.5",
        "1k",
        "one",
        " 1",
        "99999999999999999999",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<u32, Problem> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Problem::new("is no whole number")
                .help(format!("write a number from {MIN} to {MAX}")));
        }
        match text.parse::<u32>() {
            Ok(number) if (MIN..=MAX).contains(&number) => Ok(number),
            _ => Err(Problem::new(format!("is not between {MIN} and {MAX}"))
                .code(Code::OUT_OF_RANGE)
                .help(format!("write a number from {MIN} to {MAX}"))),
        }
    }
}

/// Any text on one line. For keys that are refused, whatever their value is.
pub(super) struct Text;

impl Grammar for Text {
    type Value = String;
    const NAME: &'static str = "text";
    const FORM: &'static str = "text without control characters";
    const GOOD: &'static [&'static str] = &["a b", "x"];
    const BAD: &'static [&'static str] = &["a\u{0}b", "a\rb"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<String, Problem> {
        let stray = |c: char| c.is_control() && c != '\n' && c != '\t';
        match text.char_indices().find(|(_, c)| stray(*c)) {
            Some((at, c)) => Err(Problem::new("holds a control character")
                .code(Code::INJECTION_CHARACTERS)
                .help("remove it")
                .at(at..at + c.len_utf8())),
            None => Ok(text.to_owned()),
        }
    }
}

/// `name` or `namespace/name`. Whether the namespace may be missing, and which one is meant then, is the key's.
pub(super) struct ObjectRef;

/// A reference to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// `None` when only a name is written.
    pub(super) namespace: Option<String>,
    /// The name.
    pub(super) name: String,
}

impl Grammar for ObjectRef {
    type Value = Reference;
    const NAME: &'static str = "reference";
    const FORM: &'static str = "`name`, or `namespace/name`";
    const PATTERN: Option<&'static str> = Some("^([a-z0-9-]+/)?[a-z0-9.-]+$");
    const GOOD: &'static [&'static str] = &["users", "shop/users"];
    const BAD: &'static [&'static str] = &["/users", "shop/", "a/b/c", "Users", "a b"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Reference, Problem> {
        let legal = |part: &str| {
            (1..=253).contains(&part.len())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        };
        let (namespace, name) = match text.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, text),
        };
        if !legal(name) || namespace.is_some_and(|namespace| !legal(namespace)) {
            return Err(Problem::new("names no object").help("write `name` or `namespace/name`"));
        }
        Ok(Reference {
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_haproxy_reads_them() {
        let read = |text| Time::parse(text, &mut Vec::new()).map(Millis::get);
        assert_eq!(read("5s"), Ok(5_000));
        assert_eq!(read("5000"), Ok(5_000));
        assert_eq!(read("24d"), Ok(2_073_600_000));
        for (text, code) in [
            ("1m30s", Code::MULTI_UNIT_DURATION),
            ("30d", Code::OUT_OF_RANGE),
            ("1.5s", Code::INVALID_VALUE),
            ("1.5m30s", Code::INVALID_VALUE),
            ("0s", Code::INVALID_VALUE),
        ] {
            assert_eq!(
                read(text).map_err(|problem| problem.code),
                Err(code),
                "{text}"
            );
        }
        let problem = Time::parse("1m30s", &mut Vec::new()).expect_err("two units");
        assert_eq!(problem.help.as_deref(), Some("write `90s`"));
    }

    #[test]
    fn a_number_without_a_unit_is_worth_a_word() {
        let mut remarks = Vec::new();
        assert!(Time::parse("30", &mut remarks).is_ok());
        assert_eq!(remarks[0].code, Code::DURATION_WITHOUT_UNIT);
        assert_eq!(
            remarks[0].help.as_deref(),
            Some("write `30ms` if that is meant, or `30s`")
        );
    }
}
