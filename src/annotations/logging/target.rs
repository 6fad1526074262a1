//! The grammar of `syslog-server`: a target a line.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use crate::annotations::grammar::{Grammar, Problem};
use crate::finding::Code;
use crate::ir::global::{LogAddress, LogLength, LogTarget};
use crate::ir::{Fqdn, SocketPath};

/// The keys of a line.
const KEYS: [&str; 7] = [
    "address", "port", "length", "format", "facility", "level", "minlevel",
];

/// Where syslog servers listen (RFC 5426, section 3.3).
const PORT: u16 = 514;

/// Lines of `key:value` pairs.
pub(in crate::annotations) struct Targets;

impl Grammar for Targets {
    type Value = Vec<LogTarget>;
    const NAME: &'static str = "log targets";
    const FORM: &'static str = "a line for each target, of the pairs `address:…`, `facility:…` and if wanted `port:…`, `length:…`, `format:…`, `level:…` and `minlevel:…`, separated by commas";
    const GOOD: &'static [&'static str] = &[
        "address:127.0.0.1, facility:local0, level:notice",
        "address:stdout, format: raw, facility:daemon",
        "address:2001:db8::1, port:1514, facility:local1\naddress:/dev/log, facility:local0, level:info, minlevel:err\n",
        "address:fd@2, facility:local0, length:4096",
        "address:localhost, facility:user",
    ];
    const BAD: &'static [&'static str] = &[
        "address:127.0.0.1",
        "facility:local0",
        "127.0.0.1 local0",
        "address:127.0.0.1, facility:local8",
        "address:127.0.0.1, facility:local0, port:0",
        "address:127.0.0.1, facility:local0, length:79",
        "address:127.0.0.1, facility:local0, format:json",
        "address:127.0.0.1, facility:local0, minlevel:err",
        "address:127.0.0.1, facility:local0, colour:red",
        "address:127.0.0.1, facility:local0, facility:local1",
        "address:stdout, port:514, facility:local0",
        "address:a b, facility:local0",
        "address:syslog.logging.svc, facility:local0",
        "address:logs.example.com\u{0}, facility:local0",
        "\n",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Vec<LogTarget>, Problem> {
        let mut targets = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let place = start..start + line.len();
            start = place.end + 1;
            if !line.trim().is_empty() {
                targets.push(target(line, place)?);
            }
        }
        if targets.is_empty() {
            return Err(Problem::new("names no target").help(HELP));
        }
        Ok(targets)
    }
}

const HELP: &str =
    "write `address:192.0.2.10, facility:local0`, with the address and facility of the log";

/// A value and its place.
type Word<'t> = (&'t str, Range<usize>);

fn target(line: &str, place: Range<usize>) -> Result<LogTarget, Problem> {
    let mut words: [Option<Word<'_>>; KEYS.len()] = Default::default();
    let mut start = place.start;
    for pair in line.split(',') {
        let blanks = pair.len() - pair.trim_start().len();
        let range = start + blanks..start + pair.trim_end().len().max(blanks);
        start += pair.len() + 1;
        let wrong = |message: String| Problem::new(message).at(range.clone());
        if pair.chars().any(char::is_control) {
            return Err(wrong("has a control character".to_owned())
                .code(Code::INJECTION_CHARACTERS)
                .help("remove it"));
        }
        let Some((key, value)) = pair.split_once(':') else {
            return Err(wrong(format!(
                "has `{}`, which is no pair `key:value`",
                pair.trim()
            ))
            .help(HELP));
        };
        let (key, value) = (key.trim(), value.trim());
        let Some(index) = KEYS.iter().position(|known| *known == key) else {
            return Err(
                wrong(format!("has the key `{key}`, which targets do not have"))
                    .help(format!("the keys are: {}", KEYS.join(", "))),
            );
        };
        if words[index].is_some() {
            return Err(
                wrong(format!("has `{key}` twice in one line")).help("remove one of the two")
            );
        }
        words[index] = Some((value, range));
    }
    let [address, port, length, format, facility, level, minimum] = words;
    let missing = |key| {
        Problem::new(format!("has a target without `{key}`"))
            .at(place.clone())
            .help(HELP)
    };
    let facility = facility.ok_or_else(|| missing("facility"))?;
    let target = LogTarget {
        address: where_to(address.ok_or_else(|| missing("address"))?, port)?,
        length: length.map(bytes).transpose()?,
        syntax: format
            .map(|word| one_of(word, "format", &LogTarget::SYNTAXES))
            .transpose()?,
        facility: one_of(facility, "facility", &LogTarget::FACILITIES)?,
        level: level
            .map(|word| one_of(word, "level", &LogTarget::LEVELS))
            .transpose()?,
        minimum: minimum
            .clone()
            .map(|word| one_of(word, "level", &LogTarget::LEVELS))
            .transpose()?,
    };
    match minimum {
        Some((_, range)) if target.level.is_none() => Err(Problem::new(
            "has a `minlevel` without a `level`, which HAProxy would take for it",
        )
        .at(range)
        .help("add `level:debug`, which sends everything")),
        _ => Ok(target),
    }
}

fn where_to((text, range): Word<'_>, port: Option<Word<'_>>) -> Result<LogAddress, Problem> {
    let local = match text {
        "stdout" => Some(LogAddress::Stdout),
        "stderr" => Some(LogAddress::Stderr),
        _ => match text.strip_prefix("fd@") {
            Some(number) => {
                let number = number.parse().map_err(|_| {
                    Problem::new(format!("has `{text}`, which is no file descriptor"))
                        .at(range.clone())
                        .help("write a number after `fd@`")
                })?;
                Some(LogAddress::Descriptor(number))
            }
            None => socket(text).map(LogAddress::Unix),
        },
    };
    if let Some(address) = local {
        return match port {
            None => Ok(address),
            Some((_, range)) => Err(Problem::new(format!(
                "has a port beside `{text}`, which has none"
            ))
            .at(range)
            .help("remove `port`")),
        };
    }
    let port = match port {
        None => PORT,
        Some((text, range)) => match text.parse() {
            Ok(port) if port > 0 => port,
            _ => {
                return Err(
                    Problem::new(format!("has the port `{text}`, which is none"))
                        .at(range)
                        .help("write a number from 1 to 65535"),
                );
            }
        },
    };
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    if let Ok(ip) = bare.unwrap_or(text).parse::<IpAddr>() {
        return Ok(LogAddress::Udp(SocketAddr::new(ip, port)));
    }
    let name = Fqdn::new(text).map_err(|_| {
        Problem::new(format!("has the address `{text}`, to which no log can be sent"))
            .at(range.clone())
            .help("write an IP address, a DNS name, the absolute path of a unix socket, `stdout` or `stderr`")
    })?;
    let ends = [".svc", ".cluster.local"];
    if ends.iter().any(|end| name.as_str().ends_with(end)) {
        return Err(Problem::new(format!(
            "has the address `{text}`, a name that is known in the cluster alone: HAProxy would not start"
        ))
        .at(range)
        .help("write an address that HAProxy's host can reach"));
    }
    Ok(LogAddress::Name(name, port))
}

/// `/dev/log`, or `unix@/dev/log`.
fn socket(text: &str) -> Option<SocketPath> {
    let path = text.strip_prefix("unix@").unwrap_or(text);
    path.starts_with('/').then(|| SocketPath::new(path))?
}

fn bytes((text, range): Word<'_>) -> Result<LogLength, Problem> {
    let length = text.parse().ok().and_then(LogLength::new);
    length.ok_or_else(|| {
        Problem::new(format!(
            "has the length `{text}`, which HAProxy does not take"
        ))
        .code(Code::OUT_OF_RANGE)
        .at(range)
        .help("write a number of bytes from 80 to 65535")
    })
}

fn one_of(
    (text, range): Word<'_>,
    what: &str,
    known: &'static [&'static str],
) -> Result<&'static str, Problem> {
    let found = known.iter().find(|name| **name == text).copied();
    found.ok_or_else(|| {
        Problem::new(format!(
            "has the {what} `{text}`, which HAProxy does not know"
        ))
        .at(range)
        .help(format!("write one of: {}", known.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<LogTarget>, Problem> {
        Targets::parse(text, &mut Vec::new())
    }

    #[test]
    fn addresses_of_all_kinds_are_read() {
        for (text, shown) in [
            ("127.0.0.1", "127.0.0.1:514"),
            ("2001:db8::1", "[2001:db8::1]:514"),
            ("[2001:db8::1]", "[2001:db8::1]:514"),
            ("Logs.Example.com", "logs.example.com:514"),
            ("stdout", "stdout"),
            ("stderr", "stderr"),
            ("fd@7", "fd@7"),
            ("/dev/log", "unix@/dev/log"),
            ("unix@/run/log", "unix@/run/log"),
        ] {
            let targets = read(&format!("address:{text}, facility:local0"));
            let targets = targets.expect(text);
            assert_eq!(targets[0].address.to_string(), shown);
        }
    }

    #[test]
    fn every_line_is_a_target_and_blanks_do_not_count() {
        let text = "address:stdout,format:raw,facility:daemon\n\n  address : 192.0.2.1 , port : 1514 ,facility: local0 , level: info, minlevel: err\n";
        let targets = read(text).expect("legal");
        assert_eq!(targets.len(), 2);
        assert_eq!(targets[1].address.to_string(), "192.0.2.1:1514");
        assert_eq!(
            (targets[1].level, targets[1].minimum),
            (Some("info"), Some("err"))
        );
        assert_eq!(targets[0].syntax, Some("raw"));
    }

    #[test]
    fn a_mistake_is_told_at_its_place() {
        for (text, place) in [
            (
                "address:stdout, facility:daemon\naddress:192.0.2.1",
                "address:192.0.2.1",
            ),
            ("address:stdout, facility:locale", "facility:locale"),
            ("address:a_b/c, facility:local0", "address:a_b/c"),
            (
                "address:x.svc.cluster.local, facility:local0",
                "address:x.svc.cluster.local",
            ),
        ] {
            let problem = read(text).expect_err(text);
            assert_eq!(
                problem.range.map(|range| &text[range]),
                Some(place),
                "{text}"
            );
        }
    }
}
