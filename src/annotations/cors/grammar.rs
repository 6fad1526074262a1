//! What the keys of CORS take, but for origins.

use crate::annotations::grammar::{Grammar, Problem};
use crate::finding::Code;
use crate::ir::{Allowed, HeaderName, Method};

/// `*`, or methods separated by commas, in capital or small letters.
pub(super) struct Methods;

impl Grammar for Methods {
    type Value = Allowed<Method>;
    const NAME: &'static str = "methods";
    const FORM: &'static str = "`*`, or methods separated by commas: GET, POST, PUT, DELETE, HEAD, CONNECT, OPTIONS, TRACE, PATCH";
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] = &["*", "GET", "get, Post,PATCH"];
    const BAD: &'static [&'static str] = &["GET POST", "FETCH", "GET,", "GET, *", "GET\nPOST"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Allowed<Method>, Problem> {
        let list = items(text, "methods")?;
        let Some(list) = list else {
            return Ok(Allowed::Any);
        };
        let method = |&(start, item): &(usize, &str)| {
            let mut known = Method::ALL.into_iter();
            known
                .find(|method| method.name().eq_ignore_ascii_case(item))
                .ok_or_else(|| {
                    Problem::new("holds a method that CORS does not know")
                        .help("write `*`, or some of GET, POST, PUT, DELETE, HEAD, CONNECT, OPTIONS, TRACE, PATCH")
                        .at(start..start + item.len())
                })
        };
        list.iter()
            .map(method)
            .collect::<Result<_, _>>()
            .map(Allowed::Listed)
    }
}

/// `*`, or names of headers separated by commas.
pub(super) struct Headers;

impl Grammar for Headers {
    type Value = Allowed<HeaderName>;
    const NAME: &'static str = "names of headers";
    const FORM: &'static str = "`*`, or names of headers separated by commas";
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] = &["*", "Accept", "Content-Type, X-Requested-With"];
    const BAD: &'static [&'static str] = &["X A", "X-A,", "X-A: b", "*, X-A", "X-A\r\nEvil: 1"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Allowed<HeaderName>, Problem> {
        let list = items(text, "names of headers")?;
        let Some(list) = list else {
            return Ok(Allowed::Any);
        };
        let name = |&(start, item): &(usize, &str)| {
            HeaderName::new(item).ok_or_else(|| {
                Problem::new("holds something that is no name of a header")
                    .help("write `*`, or names separated by commas")
                    .at(start..start + item.len())
            })
        };
        list.iter()
            .map(name)
            .collect::<Result<_, _>>()
            .map(Allowed::Listed)
    }
}

/// The items with the places where they begin; `None` for `*`.
fn items<'t>(text: &'t str, what: &str) -> Result<Option<Vec<(usize, &'t str)>>, Problem> {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control()) {
        return Err(Problem::new("holds a control character")
            .code(Code::INJECTION_CHARACTERS)
            .help(format!("write the {what} on one line, separated by commas"))
            .at(at..at + c.len_utf8()));
    }
    if text.trim() == "*" {
        return Ok(None);
    }
    let mut list = Vec::new();
    let mut start = 0;
    for part in text.split(',') {
        let item = part.trim();
        let at = start + (part.len() - part.trim_start().len());
        let wrong = if item.is_empty() {
            "has nothing between two commas, or after the last"
        } else if item == "*" {
            "holds `*` beside others"
        } else if item.contains(';') {
            "is separated by semicolons"
        } else if item.contains(' ') {
            "is separated by blanks"
        } else {
            list.push((at, item));
            start += part.len() + 1;
            continue;
        };
        let problem = Problem::new(wrong).code(Code::WHITESPACE_LIST);
        return Err(match with_commas(text) {
            Some(right) if item != "*" => problem.help(format!("write `{right}`")).instead(right),
            _ => problem
                .help(format!("write `*`, or {what} separated by commas"))
                .at_item(start, part),
        });
    }
    Ok(Some(list))
}

/// The words of a list with commas between them, if all that stands between them is what people take for a separator, and there are
/// few enough to be shown.
fn with_commas(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split([',', ';', ' '])
        .filter(|word| !word.is_empty())
        .collect();
    let is_word = |word: &&str| HeaderName::new(word).is_some() && *word != "*";
    let are_words = !words.is_empty() && words.iter().all(is_word);
    (are_words && text.len() <= 200).then(|| words.join(", "))
}

/// A duration in HAProxy's form, in whole seconds; 0 and -1 mean none.
pub(super) struct MaxAge;

impl Grammar for MaxAge {
    type Value = u32;
    const NAME: &'static str = "duration in seconds";
    const FORM: &'static str = "a whole number with one of the units `ms`, `s`, `m`, `h`, `d`; without a unit, milliseconds; `-1` for none";
    const PATTERN: Option<&'static str> = Some("^(-1|-1s|[0-9]+(ms|s|m|h|d)?)$");
    const GOOD: &'static [&'static str] = &["500s", "10m", "0", "0s", "-1", "2000ms", "86400"];
    const BAD: &'static [&'static str] = &["-2s", "1.5s", "1m30s", "s", "5 s", "99999d", "1500ms"];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<u32, Problem> {
        use crate::annotations::grammar::Time;
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let is_zero = !number.is_empty() && number.bytes().all(|b| b == b'0');
        let is_unit = ["", "ms", "s", "m", "h", "d"].contains(&unit);
        if matches!(text, "-1" | "-1s") || (is_zero && is_unit) {
            return Ok(0);
        }
        let millis = Time::parse(text, &mut Vec::new())?.get();
        let seconds = millis / 1_000;
        if unit.is_empty() {
            let message = format!(
                "has no unit, and so means {millis} milliseconds: {seconds} seconds in the header"
            );
            remarks.push(
                Problem::new(message)
                    .code(Code::DURATION_WITHOUT_UNIT)
                    .help(format!("write `{number}s` if seconds are meant")),
            );
        } else if millis % 1_000 != 0 {
            return Err(
                Problem::new("is no whole number of seconds, which the header counts in")
                    .help("write whole seconds, such as `5s`"),
            );
        }
        Ok(seconds)
    }
}
