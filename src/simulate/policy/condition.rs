//! Whether a request meets a condition.
//!
//! In: a condition, the policy of the route that it leads to, and a request as the frontend leaves it. Out: yes, no, or `None` where
//! chance or the version of HAProxy decides.

use std::net::IpAddr;

use ipnet::IpNet;

use super::access;
use super::flight::Flight;
use crate::ir::{Against, Call, Condition, Policy, Sample, Test, TextMatch};

/// Whether `flight` meets `condition`, which leads to a route with `policy`.
pub(in crate::simulate) fn holds(
    condition: &Condition,
    policy: Option<&Policy>,
    flight: &Flight<'_>,
) -> Option<bool> {
    let client = access::client(policy, flight);
    let mut result = Some(false);
    for all in condition.any() {
        let mut met = Some(true);
        for test in all {
            match passes(test, client, flight) {
                Some(true) => {}
                Some(false) => {
                    met = Some(false);
                    break;
                }
                None => met = None,
            }
        }
        match met {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

fn passes(test: &Test, client: Option<IpAddr>, flight: &Flight<'_>) -> Option<bool> {
    let sample = &test.sample;
    let met = match &test.against {
        Against::Found => Some(!texts(sample, flight).is_empty()),
        Against::True => Some(flight.is_tls()),
        Against::Number(comparisons) => {
            let range: u32 = sample.fetch.arguments.first()?.parse().ok()?;
            // Of 0 to one less than the range, all or none may fit; otherwise chance decides.
            let fits = |number: u32| comparisons.iter().any(|it| it.holds(number));
            if range > MAX_RANGE {
                None
            } else {
                let count = (0..range).filter(|number| fits(*number)).count();
                match count {
                    0 => Some(false),
                    count if count == range as usize => Some(true),
                    _ => None,
                }
            }
        }
        Against::Length(comparisons) => Some(texts(sample, flight).iter().any(|text| {
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            comparisons.iter().any(|it| it.holds(length))
        })),
        Against::Address(networks) => {
            client.map(|client| networks.iter().any(|it| within(it, client)))
        }
        Against::Text {
            how,
            ignore_case,
            items,
        } => {
            let fold = |text: &str| match ignore_case {
                true => text.to_ascii_lowercase(),
                false => text.to_owned(),
            };
            let texts = texts(sample, flight);
            Some(texts.iter().map(|text| fold(text)).any(|text| {
                let mut items = items.iter();
                items.any(|item| matches(*how, &text, &fold(item)))
            }))
        }
        Against::Regex { ignore_case, items } => {
            let texts = texts(sample, flight);
            let mut met = false;
            for item in items {
                let mut regex = pcre2::bytes::RegexBuilder::new();
                let regex = regex.caseless(*ignore_case).build(item).ok()?;
                met |= texts
                    .iter()
                    .any(|text| regex.is_match(text.as_bytes()).unwrap_or(false));
            }
            Some(met)
        }
    };
    met.map(|met| met != test.negated)
}

/// Ranges beyond this are not counted through.
const MAX_RANGE: u32 = 100_000;

/// The values of a sample: a header may have several.
fn texts(sample: &Sample, flight: &Flight<'_>) -> Vec<String> {
    let Call { name, arguments } = &sample.fetch;
    let argument = arguments.first().map(String::as_str).unwrap_or_default();
    let path = Some(flight.path.as_str()).filter(|path| path.starts_with('/'));
    let one = |text: Option<&str>| text.map(str::to_owned).into_iter().collect();
    let mut values: Vec<String> = match *name {
        "method" => one(Some(&flight.request.method)),
        "url" => one(Some(&flight.request.target)),
        "query" => one(flight.query.as_deref()),
        "pathq" => one(Some(&flight.request.target)
            .filter(|it| it.starts_with('/'))
            .map(String::as_str)),
        "var" if argument == "txn.path" => one(path),
        "var" if argument == "txn.host" => one(Some(&flight.host)),
        "hdr" | "req.hdr" => lines(flight, argument)
            .flat_map(|line| line.split(','))
            .map(|value| value.trim().to_owned())
            .collect(),
        "req.fhdr" => lines(flight, argument).map(str::to_owned).collect(),
        "cook" | "req.cook" => lines(flight, "cookie")
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| name.trim_end() == argument)
            .map(|(_, value)| value.trim_start().to_owned())
            .collect(),
        "urlp" | "url_param" => flight
            .query
            .iter()
            .flat_map(|query| query.split(['&', ';']))
            .filter_map(|pair| pair.split_once('='))
            .filter(|(name, _)| *name == argument)
            .map(|(_, value)| value.to_owned())
            .collect(),
        _ => Vec::new(),
    };
    for converter in &sample.converters {
        values = values
            .iter()
            .filter_map(|text| convert(converter, text))
            .collect();
    }
    values
}

/// The lines of a header. HAProxy deletes those with other characters in their names.
fn lines<'f>(flight: &'f Flight<'_>, name: &str) -> impl Iterator<Item = &'f str> {
    let name = name.to_ascii_lowercase();
    let kept = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let headers = flight.headers.iter();
    headers
        .filter(move |(known, _)| kept && *known == name)
        .map(|(_, value)| value.trim())
}

fn convert(converter: &Call, text: &str) -> Option<String> {
    let mut arguments = converter.arguments.iter();
    Some(match converter.name {
        "lower" => text.to_ascii_lowercase(),
        "upper" => text.to_ascii_uppercase(),
        "ltrim" => text
            .trim_start_matches(&*arguments.next()?.chars().collect::<Vec<_>>())
            .to_owned(),
        "rtrim" => text
            .trim_end_matches(&*arguments.next()?.chars().collect::<Vec<_>>())
            .to_owned(),
        "field" => {
            let number: usize = arguments.next()?.parse().ok()?;
            let delimiters: Vec<char> = arguments.next()?.chars().collect();
            text.split(&*delimiters)
                .nth(number.checked_sub(1)?)?
                .to_owned()
        }
        _ => return None,
    })
}

fn matches(how: TextMatch, text: &str, item: &str) -> bool {
    match how {
        TextMatch::Equal => text == item,
        TextMatch::Begins => text.starts_with(item),
        TextMatch::Ends => text.ends_with(item),
        TextMatch::Holds => text.contains(item),
        TextMatch::Directory => between(text, item, &['/', '?']),
        TextMatch::Domain => between(text, item, &['/', '?', '.', ':']),
    }
}

/// Whether `item`, without delimiters around it, stands between two of them, or at an end.
fn between(text: &str, item: &str, delimiters: &[char]) -> bool {
    let item = item.trim_matches(delimiters);
    if item.is_empty() {
        return text.is_empty();
    }
    let edge = |c: Option<char>| c.is_none_or(|c| delimiters.contains(&c));
    text.match_indices(item).any(|(at, _)| {
        edge(text[..at].chars().next_back()) && edge(text[at + item.len()..].chars().next())
    })
}

/// As HAProxy compares: IPv4 addresses also as mapped ones, and mapped ones as IPv4.
fn within(network: &IpNet, address: IpAddr) -> bool {
    let other = match address {
        IpAddr::V4(v4) => Some(IpAddr::V6(v4.to_ipv6_mapped())),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map(IpAddr::V4),
    };
    network.contains(&address) || other.is_some_and(|other| network.contains(&other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::Request;

    fn asked(condition: &str) -> Option<bool> {
        let request = Request {
            target: "/a/b.html?x=1&y=2".to_owned(),
            headers: vec![
                ("X-List".to_owned(), "one, Two".to_owned()),
                ("Cookie".to_owned(), "a=b; canary=on".to_owned()),
                ("X_Odd".to_owned(), "v".to_owned()),
            ],
            ..Request::default()
        };
        let flight = Flight::new(&request, "shop.example.com", "/a/b.html");
        holds(&Condition::parse(condition).expect("legal"), None, &flight)
    }

    #[test]
    fn requests_are_compared() {
        for (condition, expected) in [
            ("path /a/b.html", true),
            ("path /a", false),
            ("path_beg /a", true),
            ("path_dir a", true),
            ("path_dir /b", false),
            ("path_end .html", true),
            ("path_reg ^/A/ -i", false),
            ("path_reg -i ^/A/", true),
            ("path_len 9", true),
            ("path_len gt 9", false),
            ("hdr(x-list) two", false),
            ("hdr(x-list) -i two", true),
            ("req.fhdr(x-list) one", false),
            ("hdr(x_odd) -m found", false),
            ("cook(canary) -m found", true),
            ("cook(canary) on", true),
            ("urlp(y) 2", true),
            ("urlp(z) -m found", false),
            ("query x=1&y=2", true),
            ("var(txn.host) -m dom example", true),
            ("var(txn.host),field(1,.) shop", true),
            ("src 127.0.0.0/8", true),
            ("src ::ffff:127.0.0.0/104", true),
            ("method POST } || { path_beg /a", true),
            ("path_beg /a } !{ method GET", false),
            ("ssl_fc", false),
            ("rand(100) lt 0", false),
            ("rand(100) lt 100", true),
        ] {
            assert_eq!(asked(condition), Some(expected), "{condition}");
        }
        assert_eq!(asked("rand(100) lt 25"), None);
        assert_eq!(asked("rand(100) lt 25 } { method PUT"), Some(false));
        assert_eq!(asked("rand(100) lt 25 } || { method GET"), Some(true));
    }
}
