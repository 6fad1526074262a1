//! What the values of the keys are: ports of Services, ports of the host, and a word.

use std::ops::Range;

use crate::annotations::grammar::{Grammar, Problem};
use crate::finding::Code;
use crate::ir::Port;

/// Which ports of a Service are exposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ports {
    /// None.
    None,
    /// All that speak TCP.
    All,
    /// Those with these names or numbers, and the bytes of the value at which each stands. None of them: the value cannot be read, which
    /// has its finding.
    Some(Vec<(String, Range<usize>)>),
    /// The Service port of this number, or else the only one, on this port of the host.
    Number(Port),
}

impl Grammar for Ports {
    type Value = Self;
    const NAME: &'static str = "exposed ports";
    const FORM: &'static str = "`true` for all TCP ports, names or numbers of ports separated by commas, one port of the host, or `false`";
    const PATTERN: Option<&'static str> = Some("^[a-z0-9-]+( *, *[a-z0-9-]+)*$");
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] = &["true", "false", "postgres", "postgres, 9187", "26145"];
    const BAD: &'static [&'static str] = &[
        "yes please",
        "a b",
        ",",
        "POSTGRES",
        "pg,",
        " pg",
        "0",
        "05432",
        "+5432",
        "70000",
        "pg, 0",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Self, Problem> {
        match text {
            "true" => return Ok(Self::All),
            "false" => return Ok(Self::None),
            _ if is_number(text) => return number(text).map(Self::Number),
            _ => {}
        }
        if text.trim() != text {
            return Err(blank());
        }
        let mut items = Vec::new();
        let mut start = 0;
        for part in text.split(',') {
            let item = part.trim();
            let at = |problem: Problem| problem.at_item(start, part);
            if is_number(item) {
                number(item).map_err(at)?;
            } else if !is_name(item) {
                return Err(at(no_name(item)));
            }
            let begin = start + part.len() - part.trim_start().len();
            items.push((item.to_owned(), begin..begin + item.len()));
            start += part.len() + 1;
        }
        Ok(Self::Some(items))
    }
}

/// A port of the host.
pub(super) struct HostPort;

impl Grammar for HostPort {
    type Value = Port;
    const NAME: &'static str = "host port";
    const FORM: &'static str = "a number from 1 to 65535";
    const PATTERN: Option<&'static str> = Some("^[1-9][0-9]{0,4}$");
    const GOOD: &'static [&'static str] = &["26735", "1", "65535"];
    const BAD: &'static [&'static str] = &[
        "0",
        "65536",
        "026735",
        "+26735",
        "-1",
        "26735 ",
        "26735/tcp",
        "pg",
        "1e3",
        "99999999999999999999",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Port, Problem> {
        if is_number(text) {
            return number(text);
        }
        Err(if is_number(text.trim()) {
            blank()
        } else {
            Problem::new("is no number of a port").help("write a number from 1 to 65535")
        })
    }
}

/// The word that exposes.
pub(super) struct Switch;

impl Switch {
    /// The word.
    pub(super) const WORD: &'static str = "haproxy-ingress";
}

impl Grammar for Switch {
    type Value = ();
    const NAME: &'static str = "allocator";
    const FORM: &'static str = "`haproxy-ingress`; other words are of no concern";
    const GOOD: &'static [&'static str] = &[Self::WORD];
    const BAD: &'static [&'static str] = &["haproxy-ingres", "HAProxy-Ingress", "haproxy_ingress"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<(), Problem> {
        if text == Self::WORD {
            return Ok(());
        }
        Err(
            Problem::new(format!("is not `{}`, so it exposes nothing", Self::WORD))
                .help(format!("write `{}`", Self::WORD)),
        )
    }
}

/// Whether it is meant as a number, whatever its size: digits only.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn number(digits: &str) -> Result<Port, Problem> {
    let port = digits.parse().ok().and_then(Port::new);
    let Some(port) = port else {
        return Err(Problem::new("is not between 1 and 65535")
            .code(Code::OUT_OF_RANGE)
            .help("write a number from 1 to 65535"));
    };
    if digits.starts_with('0') {
        return Err(Problem::new("begins with a zero").help(format!("write `{port}`")));
    }
    Ok(port)
}

/// Whether a Service port can be called so: a DNS label.
fn is_name(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(legal)
}

fn no_name(item: &str) -> Problem {
    let lower = item.to_ascii_lowercase();
    let problem = match item {
        "" => Problem::new("has an empty item"),
        _ => Problem::new("names no ports"),
    };
    problem.help(if is_name(&lower) {
        format!("write `{lower}`")
    } else {
        "write `true`, or names or numbers of ports of the Service, separated by commas".to_owned()
    })
}

fn blank() -> Problem {
    Problem::new("begins or ends with a blank").help("remove the blank")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_know_where_they_stand() {
        let text = "pg,  5432 ,x";
        let Ok(Ports::Some(items)) = Ports::parse(text, &mut Vec::new()) else {
            panic!("a list");
        };
        let shown: Vec<_> = items
            .into_iter()
            .map(|(item, at)| (item, &text[at]))
            .collect();
        let expected = ["pg", "5432", "x"].map(|item| (item.to_owned(), item));
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_no_port_is_told_at_its_item() {
        let problem = |text| Ports::parse(text, &mut Vec::new()).expect_err("illegal");
        assert_eq!(problem("pg, 0").range, Some(4..5));
        assert_eq!(problem("pg, 0").code, Code::OUT_OF_RANGE);
        assert_eq!(
            problem("pg,Metrics").help.as_deref(),
            Some("write `metrics`")
        );
        assert_eq!(problem("05432").help.as_deref(), Some("write `5432`"));
        assert_eq!(problem("pg,,x").message, "has an empty item");
        for hostile in [
            "pg\nserver evil",
            "a%[src]",
            "#",
            "\u{0}",
            "\"",
            &"a".repeat(60_000),
        ] {
            assert!(
                Ports::parse(hostile, &mut Vec::new()).is_err(),
                "{hostile:.20}"
            );
            assert!(
                HostPort::parse(hostile, &mut Vec::new()).is_err(),
                "{hostile:.20}"
            );
        }
    }
}
