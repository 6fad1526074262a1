//! Text into a condition. The text is what stands between one pair of braces, and may close and open them.

use ipnet::IpNet;

use super::words::{Word, split};
use super::{Against, Comparison, Condition, ConditionError, Test, TextMatch};
use crate::ir::sample::{Call, Moment, Sample};

/// HAProxy reads 64 words a line; the rule around the condition needs some.
const MAX_WORDS: usize = 40;
/// How many words the tests of one rule may have as they are written into it; 16 stand around them.
const MAX_WRITTEN: usize = 48;
/// So that the line fits, with every character quoted.
const MAX_LENGTH: usize = 4_000;

/// What a fetch gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Address,
    Bool,
}

/// The fetches that a condition may use, and what they give. Others are not known to the simulator.
const FETCHES: &[(&str, Kind)] = &[
    ("path", Kind::Text),
    ("pathq", Kind::Text),
    ("query", Kind::Text),
    ("url", Kind::Text),
    ("method", Kind::Text),
    ("hdr", Kind::Text),
    ("req.hdr", Kind::Text),
    ("req.fhdr", Kind::Text),
    ("cook", Kind::Text),
    ("req.cook", Kind::Text),
    ("urlp", Kind::Text),
    ("url_param", Kind::Text),
    ("var", Kind::Text),
    ("rand", Kind::Number),
    ("src", Kind::Address),
    ("ssl_fc", Kind::Bool),
];

/// Fetches with a form for each way to compare, such as `path_beg`.
const WITH_SUFFIX: [&str; 5] = ["path", "hdr", "cook", "urlp", "url"];
/// Converters that the simulator knows.
const CONVERTERS: [&str; 5] = ["lower", "upper", "field", "ltrim", "rtrim"];

impl Condition {
    /// Reads `rand(100) lt 10`, `hdr(x-beta) -m str on`, or several of these, joined by `} {` and `} || {`.
    ///
    /// # Errors
    /// Fetches, converters, flags and ways to compare that are not known to be harmless and the same in all versions.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        if text.len() > MAX_LENGTH {
            return Err(error("it is longer than a line can be"));
        }
        let words = split(text)?;
        if words.len() > MAX_WORDS {
            return Err(error("it has more words than a line can have"));
        }
        let brace = |word: &Word| !word.quoted && matches!(&*word.text, "{" | "!{" | "}");
        let mut any = vec![Vec::new()];
        let mut negated = false;
        let mut rest = &words[..];
        loop {
            let end = rest.iter().position(brace).unwrap_or(rest.len());
            if let Some(all) = any.last_mut() {
                all.push(test(&rest[..end], negated)?);
            }
            let Some((closing, after)) = rest[end..].split_first() else {
                break;
            };
            if closing.text != "}" {
                return Err(error("a brace is opened within another"));
            }
            let (or, after) = joint(after);
            let Some((opening, after)) = after.split_first().filter(|(word, _)| !word.quoted)
            else {
                return Err(error("a brace is closed that was not opened"));
            };
            negated = match &*opening.text {
                "{" => false,
                "!{" => true,
                _ => return Err(error("between two braces, only `||` and `or` can stand")),
            };
            if or {
                any.push(Vec::new());
            }
            rest = after;
        }
        let written = |all: &Vec<Test>| all.iter().map(Test::word_count).sum::<usize>();
        if any.iter().any(|all| written(all) > MAX_WRITTEN) {
            return Err(error("it has more words than a line can have"));
        }
        Ok(Self { any })
    }
}

/// Whether the next test is an alternative to those before, and what follows.
fn joint(words: &[Word]) -> (bool, &[Word]) {
    match words.split_first() {
        Some((word, rest)) if !word.quoted && matches!(&*word.text, "||" | "or") => (true, rest),
        Some((word, rest)) if !word.quoted && word.text == "and" => (false, rest),
        _ => (false, words),
    }
}

fn error(text: impl Into<String>) -> ConditionError {
    ConditionError(text.into())
}

/// One comparison: a sample, flags, and what it is compared with.
fn test(words: &[Word], mut negated: bool) -> Result<Test, ConditionError> {
    let (first, mut rest) = match words {
        [bang, first, rest @ ..] if !bang.quoted && bang.text == "!" => {
            negated = !negated;
            (first, rest)
        }
        [first, rest @ ..] => (first, rest),
        [] => return Err(error("there is nothing to test")),
    };
    let (mut how, mut ignore_case) = (None, false);
    while let Some((flag, after)) = rest.split_first() {
        rest = match &*flag.text {
            "-i" => {
                ignore_case = true;
                after
            }
            "-m" => {
                let Some((method, after)) = after.split_first() else {
                    return Err(error("`-m` names no way to compare"));
                };
                how = Some(method.text.clone());
                after
            }
            "--" => {
                rest = after;
                break;
            }
            text if text.starts_with('-') && !flag.quoted => {
                return Err(error(format!("the flag `{text}` is not translated")));
            }
            _ => break,
        }
    }
    let (name, suffix) = without_suffix(&first.text);
    if suffix.is_some() && how.is_some() {
        return Err(error(format!(
            "`{}` says how to compare, and `-m` says it again",
            first.text
        )));
    }
    let (sample, kind) = sample(&name)?;
    let how = suffix.map(str::to_owned).or(how);
    let against = against(&sample, kind, how.as_deref(), ignore_case, rest)?;
    Ok(Test {
        negated,
        sample,
        against,
    })
}

/// `path_beg` is `path` with `-m beg`.
fn without_suffix(text: &str) -> (String, Option<&str>) {
    let end = text.find(['(', ',']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if let Some((base, suffix)) = name.rsplit_once('_')
        && WITH_SUFFIX.contains(&base)
        && ["beg", "end", "sub", "dir", "dom", "len", "reg"].contains(&suffix)
    {
        return (format!("{base}{rest}"), Some(suffix));
    }
    (text.to_owned(), None)
}

fn sample(text: &str) -> Result<(Sample, Kind), ConditionError> {
    let mut sample = Sample::parse(text, Moment::Request).map_err(|problem| error(problem.0))?;
    let Some((_, kind)) = FETCHES.iter().find(|row| row.0 == sample.fetch.name) else {
        return Err(error(format!(
            "`{}` is not translated in a condition",
            sample.fetch.name
        )));
    };
    for converter in &sample.converters {
        if *kind != Kind::Text || !CONVERTERS.contains(&converter.name) {
            return Err(error(format!(
                "`{}` behind `{}` is not translated in a condition",
                converter.name, sample.fetch.name
            )));
        }
        if converter.name == "field" && converter.arguments.first().is_some_and(|n| n == "0") {
            return Err(error("`field` counts from 1"));
        }
    }
    if sample.fetch.name == "rand" && sample.fetch.arguments[0] == "0" {
        return Err(error("`rand(0)` has nothing to choose from"));
    }
    if sample.fetch.name == "path" {
        // The path as it was looked up: HAProxy has none for a URL that ends with the host, which means `/`.
        sample.fetch = Call {
            name: "var",
            arguments: vec!["txn.path".to_owned()],
        };
    }
    Ok((sample, *kind))
}

fn against(
    sample: &Sample,
    kind: Kind,
    how: Option<&str>,
    ignore_case: bool,
    items: &[Word],
) -> Result<Against, ConditionError> {
    let wrong = || {
        let how = how.unwrap_or_default();
        Err(error(format!("`{sample}` cannot be compared by `{how}`")))
    };
    // HAProxy has a comparison of its own for methods, and from 3.4 on warns where another one takes its place.
    let plain = matches!(how, None | Some("str")) && !ignore_case && sample.converters.is_empty();
    if sample.fetch.name == "method" && !plain {
        return Err(error("methods can only be compared as a whole"));
    }
    let against = match (kind, how) {
        (_, Some("found")) if kind == Kind::Text => return none(items, Against::Found),
        (Kind::Bool, None | Some("bool")) => return none(items, Against::True),
        (Kind::Text, Some("reg")) => Against::Regex {
            ignore_case,
            items: regexes(texts(items)?, ignore_case)?,
        },
        (Kind::Text, Some("len")) => Against::Length(numbers(items)?),
        (Kind::Text, how) => {
            let how = how.unwrap_or("str");
            let Some(how) = TextMatch::ALL.into_iter().find(|known| known.name() == how) else {
                return wrong();
            };
            Against::Text {
                how,
                ignore_case,
                items: texts(items)?,
            }
        }
        (Kind::Number, None | Some("int")) => Against::Number(numbers(items)?),
        (Kind::Address, None | Some("ip")) => Against::Address(networks(items)?),
        _ => return wrong(),
    };
    if ignore_case && !against.ignores_case() {
        return Err(error(format!("`-i` means nothing for `{sample}`")));
    }
    Ok(against)
}

fn none(items: &[Word], against: Against) -> Result<Against, ConditionError> {
    match items.first() {
        None => Ok(against),
        Some(word) => Err(error(format!(
            "there is nothing to compare `{}` with",
            word.text
        ))),
    }
}

fn texts(items: &[Word]) -> Result<Vec<String>, ConditionError> {
    if items.is_empty() {
        return Err(error("there is nothing to compare with"));
    }
    let text = |word: &Word| match &*word.text {
        // HAProxy reads an empty word as the end of the line, and these as braces, quoted or not.
        "" => Err(error("an empty text matches nothing")),
        "{" | "!{" | "}" => Err(error("a brace alone cannot be compared with")),
        text => Ok(text.to_owned()),
    };
    items.iter().map(text).collect()
}

fn regexes(items: Vec<String>, ignore_case: bool) -> Result<Vec<String>, ConditionError> {
    for item in &items {
        let compiled = pcre2::bytes::RegexBuilder::new()
            .caseless(ignore_case)
            .build(item);
        if let Err(problem) = compiled {
            let problem = problem.to_string();
            return Err(error(format!(
                "`{item}` is no regular expression: {problem}"
            )));
        }
    }
    Ok(items)
}

/// Numbers, each with the operator that stands before it or before an earlier one, as HAProxy reads them.
fn numbers(items: &[Word]) -> Result<Vec<Comparison>, ConditionError> {
    type Make = fn(u32) -> Comparison;
    let mut make: Make = Comparison::Equal;
    let (mut numbers, mut waiting, mut ranges) = (Vec::new(), false, true);
    for word in items {
        let operator: Option<Make> = match &*word.text {
            "eq" => Some(Comparison::Equal),
            "lt" => Some(Comparison::Below),
            "le" => Some(Comparison::AtMost),
            "gt" => Some(Comparison::Above),
            "ge" => Some(Comparison::AtLeast),
            _ => None,
        };
        if let Some(operator) = operator {
            (make, waiting, ranges) = (operator, true, word.text == "eq");
            continue;
        }
        waiting = false;
        let number = |text: &str| {
            let digits = text.bytes().all(|b| b.is_ascii_digit());
            // HAProxy's integers have a sign.
            let small = |number: &u32| i32::try_from(*number).is_ok();
            text.parse::<u32>().ok().filter(|it| digits && small(it))
        };
        let range = word.text.split_once(':').filter(|_| ranges);
        let comparison = match range {
            Some((low, high)) => match (number(low), number(high)) {
                (Some(low), Some(high)) if low <= high => Some(Comparison::Between(low, high)),
                _ => None,
            },
            None => number(&word.text).map(make),
        };
        let Some(comparison) = comparison else {
            return Err(error(format!(
                "`{}` is no number to compare with",
                word.text
            )));
        };
        numbers.push(comparison);
    }
    if numbers.is_empty() || waiting {
        return Err(error("a number to compare with is missing"));
    }
    Ok(numbers)
}

fn networks(items: &[Word]) -> Result<Vec<IpNet>, ConditionError> {
    let network = |word: &Word| {
        let alone = word.text.parse::<std::net::IpAddr>().map(IpNet::from);
        let network = alone.or_else(|_| word.text.parse::<IpNet>());
        network.map_err(|_| error(format!("`{}` is no address and no network", word.text)))
    };
    if items.is_empty() {
        return Err(error("there is no address to compare with"));
    }
    items.iter().map(network).collect()
}
