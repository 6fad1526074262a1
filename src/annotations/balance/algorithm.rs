//! The grammar of `load-balance`: the algorithms and options of HAProxy (manual 4.2, "balance").

use std::num::NonZeroU32;
use std::ops::Range;

use crate::annotations::grammar::{Grammar, Problem};
use crate::finding::Code;
use crate::ir::policy::{Algorithm, Draws, ParameterName, UriParts};
use crate::ir::{HeaderName, Moment, Sample};

/// An algorithm with its options.
pub(in crate::annotations) struct LoadBalance;

impl Grammar for LoadBalance {
    type Value = Algorithm;
    const NAME: &'static str = "algorithm";
    const FORM: &'static str = "`roundrobin`, `static-rr`, `leastconn`, `first`, `random`, `random(N)`, `source`, `uri` with `path-only`, `whole`, `len N`, `depth N`, `url_param NAME` with `check_post`, `hdr(NAME)` with `use_domain_only`, or `hash SAMPLE`";
    const PATTERN: Option<&'static str> =
        Some("^ *(roundrobin|static-rr|leastconn|first|random|source|uri|url_param|hdr|hash).*$");
    const GOOD: &'static [&'static str] = &[
        "roundrobin",
        "random(3)",
        "uri whole len 20",
        "uri path-only depth 3",
        "url_param user check_post",
        "hdr(Host) use_domain_only",
        "hash req.hdr(x-user),lower",
    ];
    const BAD: &'static [&'static str] = &[
        "round-robin",
        "RoundRobin",
        "roundrobin whole",
        "random(0)",
        "random(1000000)",
        "random 2",
        "uri len",
        "uri len 0",
        "uri len -1",
        "uri whole whole",
        "uri use_domain_only",
        "url_param",
        "url_param a&b",
        "url_param user check_post 100",
        "hdr",
        "hdr()",
        "hdr(a b)",
        "rdp-cookie(msts)",
        "hash",
        "hash env(HOME)",
        "hash req.hdr(authorization)",
        "hash src foo",
        "source # comment",
        "leastconn\n    server evil 203.0.113.1:80",
        " ",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Algorithm, Problem> {
        let mut words = words(text).into_iter();
        let Some((range, word)) = words.next() else {
            return Err(unknown(0..text.len()));
        };
        let rest: Vec<_> = words.collect();
        let (name, argument) = split(word).ok_or_else(|| unknown(range.clone()))?;
        let algorithm = match (name, argument) {
            ("roundrobin", None) => Algorithm::RoundRobin,
            ("static-rr", None) => Algorithm::StaticRoundRobin,
            ("leastconn", None) => Algorithm::LeastConnections,
            ("first", None) => Algorithm::First,
            ("source", None) => Algorithm::Source,
            ("random", None) => Algorithm::Random(None),
            ("random", Some(number)) => Algorithm::Random(Some(draws(number, &range)?)),
            ("uri", None) => return uri(&rest),
            ("url_param", None) => return url_parameter(&rest, &range),
            ("hdr", argument) => return header(argument, &rest, &range),
            ("hash", None) => return hash(&rest, &range),
            ("rdp-cookie", _) => {
                return Err(Problem::new(
                    "balances by a cookie of the remote desktop protocol, which is no HTTP",
                )
                .help("write `source`, or `hdr(NAME)`")
                .at(range));
            }
            _ => return Err(unknown(range)),
        };
        match rest.first() {
            None => Ok(algorithm),
            Some((range, word)) => Err(stray(name, word, range)),
        }
    }
}

type Word<'t> = (Range<usize>, &'t str);

/// The words between blanks, with their places. Line ends are no blanks here: they belong to a word, which is then none that is known.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = 0;
    for word in text.split(' ') {
        if !word.is_empty() {
            words.push((start..start + word.len(), word));
        }
        start += word.len() + 1;
    }
    words
}

/// `name` or `name(argument)`.
fn split(word: &str) -> Option<(&str, Option<&str>)> {
    match word.split_once('(') {
        None => Some((word, None)),
        Some((name, rest)) => Some((name, Some(rest.strip_suffix(')')?))),
    }
}

fn unknown(range: Range<usize>) -> Problem {
    Problem::new("names no algorithm of HAProxy")
        .help("write `roundrobin`, `leastconn`, `source`, `uri`, `hdr(NAME)` or another of its algorithms")
        .at(range)
}

fn stray(name: &str, word: &str, range: &Range<usize>) -> Problem {
    let word = word.escape_debug();
    Problem::new(format!(
        "has `{word}` after `{name}`, which takes no such option"
    ))
    .help(format!("remove `{word}`"))
    .at(range.clone())
}

fn draws(text: &str, range: &Range<usize>) -> Result<Draws, Problem> {
    let help = format!("write a number from 1 to {}", Draws::MAX);
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        let problem = Problem::new("does not say in digits how many servers are drawn");
        return Err(problem.help(help).at(range.clone()));
    }
    text.parse().ok().and_then(Draws::new).ok_or_else(|| {
        Problem::new(format!(
            "draws `{text}` servers for each request, which is not between 1 and {}",
            Draws::MAX
        ))
        .code(Code::OUT_OF_RANGE)
        .help(help)
        .at(range.clone())
    })
}

fn uri(words: &[Word<'_>]) -> Result<Algorithm, Problem> {
    let mut parts = UriParts::default();
    let mut words = words.iter();
    while let Some((range, word)) = words.next() {
        let twice = match *word {
            "path-only" => std::mem::replace(&mut parts.path_only, true),
            "whole" => std::mem::replace(&mut parts.whole, true),
            "len" => parts
                .length
                .replace(number(words.next(), word, range)?)
                .is_some(),
            "depth" => parts
                .depth
                .replace(number(words.next(), word, range)?)
                .is_some(),
            _ => return Err(stray("uri", word, range)),
        };
        if twice {
            return Err(Problem::new(format!("says `{word}` twice"))
                .help("remove one of them")
                .at(range.clone()));
        }
    }
    Ok(Algorithm::Uri(parts))
}

/// The number after an option, which HAProxy holds in 31 bits.
fn number(
    word: Option<&Word<'_>>,
    option: &str,
    place: &Range<usize>,
) -> Result<NonZeroU32, Problem> {
    let range = word.map_or_else(|| place.clone(), |(range, _)| range.clone());
    word.filter(|(_, word)| word.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|(_, word)| word.parse::<u32>().ok())
        .filter(|number| i32::try_from(*number).is_ok())
        .and_then(NonZeroU32::new)
        .ok_or_else(|| {
            Problem::new(format!(
                "has no number above 0 after `{option}`, or one beyond 2147483647"
            ))
            .help(format!(
                "write `{option}` and a number, such as `{option} 3`"
            ))
            .at(range)
        })
}

fn url_parameter(words: &[Word<'_>], place: &Range<usize>) -> Result<Algorithm, Problem> {
    let Some((range, name)) = words.first() else {
        return Err(Problem::new("names no parameter after `url_param`")
            .help("write `url_param` and a name, such as `url_param user`")
            .at(place.clone()));
    };
    let name = ParameterName::new(name).ok_or_else(|| {
        Problem::new("names a parameter with characters other than letters, digits and `_.-[]`")
            .help("write the name as it stands in the address")
            .at(range.clone())
    })?;
    let post = match words.get(1..).unwrap_or_default() {
        [] => false,
        [(_, "check_post")] => true,
        [(_, "check_post"), (range, word), ..] => {
            let word = word.escape_debug();
            return Err(Problem::new(format!(
                "has `{word}` after `check_post`, which HAProxy has not read for years"
            ))
            .help(format!("remove `{word}`"))
            .at(range.clone()));
        }
        [(range, word), ..] => return Err(stray("url_param", word, range)),
    };
    Ok(Algorithm::UrlParameter { name, post })
}

fn header(
    argument: Option<&str>,
    words: &[Word<'_>],
    place: &Range<usize>,
) -> Result<Algorithm, Problem> {
    let name = argument.and_then(HeaderName::new).ok_or_else(|| {
        Problem::new("names no header in brackets after `hdr`")
            .help("write `hdr(NAME)` without blanks, such as `hdr(X-User)`")
            .at(place.clone())
    })?;
    let domain_only = match words {
        [] => false,
        [(_, "use_domain_only")] => true,
        [(_, "use_domain_only"), (range, word), ..] | [(range, word), ..] => {
            return Err(stray("hdr", word, range));
        }
    };
    Ok(Algorithm::Header { name, domain_only })
}

fn hash(words: &[Word<'_>], place: &Range<usize>) -> Result<Algorithm, Problem> {
    match words {
        [] => Err(Problem::new("has no sample after `hash`")
            .help("write what is hashed, such as `hash req.cook(user)`")
            .at(place.clone())),
        [(range, sample)] => Sample::parse(sample, Moment::Request)
            .map(Algorithm::Hash)
            .map_err(|error| {
                Problem::new(format!("has no usable sample after `hash`: {error}"))
                    .help("write a sample such as `req.cook(user)` or `req.hdr(x-user),lower`")
                    .at(range.clone())
            }),
        [_, (range, word), ..] => Err(stray("hash", word, range)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_are_written_as_they_are_read() {
        for (text, words) in [
            ("leastconn", "leastconn"),
            ("  source ", "source"),
            ("random(2)", "random(2)"),
            ("uri  depth 3   whole", "uri whole depth 3"),
            ("url_param user", "url_param user"),
            ("hdr(X-User)", "hdr(X-User)"),
            ("hash src", "hash src"),
        ] {
            let read = LoadBalance::parse(text, &mut Vec::new()).expect(text);
            assert_eq!(read.words().join(" "), words);
        }
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, code, wrong) in [
            ("uri whole foo", Code::INVALID_VALUE, "foo"),
            ("random(65)", Code::OUT_OF_RANGE, "random(65)"),
            ("uri len 99999999999", Code::INVALID_VALUE, "99999999999"),
            ("url_param user check_post 9", Code::INVALID_VALUE, "9"),
            ("hash nbsrv(x)", Code::INVALID_VALUE, "nbsrv(x)"),
            (
                "leastconn\nserver",
                Code::INVALID_VALUE,
                "leastconn\nserver",
            ),
        ] {
            let problem = LoadBalance::parse(text, &mut Vec::new()).expect_err(text);
            assert_eq!(problem.code, code, "{text}");
            assert_eq!(problem.range.map(|range| &text[range]), Some(wrong));
        }
    }
}
