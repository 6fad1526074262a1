//! The grammar of `check-http`: `TARGET`, `METHOD TARGET`, or `METHOD TARGET VERSION`.

use crate::annotations::grammar::{Grammar, Problem};
use crate::ir::policy::{CheckHost, CheckMethod, CheckTarget, CheckVersion, HttpCheck};

/// A request that a server which is up answers.
pub(in crate::annotations) struct CheckHttp;

impl Grammar for CheckHttp {
    type Value = HttpCheck;
    const NAME: &'static str = "check request";
    const FORM: &'static str = "a path, or one of `GET`, `HEAD`, `OPTIONS`, `POST`, `PUT`, `PATCH`, `DELETE`, `TRACE` and a path, and after both `HTTP/1.0` or `HTTP/1.1`";
    const PATTERN: Option<&'static str> =
        Some("^ *((GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE|TRACE) +)?/");
    const GOOD: &'static [&'static str] = &[
        "/healthz",
        "HEAD /",
        "GET /healthz?full=1 HTTP/1.1",
        "GET / HTTP/1.1\\r\\nHost:\\ shop.example.com",
        "GET / HTTP/1.0\r\nHost: shop.example.com",
    ];
    const BAD: &'static [&'static str] = &[
        "healthz",
        "get /",
        "FETCH /",
        "CONNECT /",
        "GET",
        "GET healthz",
        "GET / HTTP/2",
        "GET / HTTP/1.1 extra",
        "GET / HTTP/1.1\\r\\nAuthorization:\\ Basic eA==",
        "GET / HTTP/1.1\\r\\nHost:\\ a%[env(HOME)]",
        "GET / HTTP/1.1\nserver evil 203.0.113.1:80",
        "/a\nserver evil 203.0.113.1:80",
        "GET /a#b",
        " ",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<HttpCheck, Problem> {
        let (first, rest) = word(text);
        if first.starts_with('/') {
            if !rest.is_empty() {
                return Err(
                    Problem::new("has words after the path, and no method before it")
                        .help("write the method first, such as `GET /healthz HTTP/1.1`"),
                );
            }
            return Ok(HttpCheck {
                // HAProxy's own choice (manual 4.2, "option httpchk").
                method: CheckMethod::Options,
                target: target(first)?,
                version: CheckVersion::Http10(None),
            });
        }
        let method = CheckMethod::parse(first).ok_or_else(|| {
            Problem::new("begins with neither a path nor a method that a check can have")
                .help("write `GET` and a path, such as `GET /healthz`")
        })?;
        let (path, rest) = word(rest);
        Ok(HttpCheck {
            method,
            target: target(path)?,
            version: version(rest)?,
        })
    }
}

/// The first word, and what follows it, without blanks around them.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_matches(' ');
    text.split_once(' ').map_or((text, ""), |(word, rest)| {
        (word, rest.trim_start_matches(' '))
    })
}

fn target(text: &str) -> Result<CheckTarget, Problem> {
    CheckTarget::new(text).ok_or_else(|| {
        Problem::new("has no usable path").help(
            "write a path of visible ASCII characters that begins with `/`, such as `/healthz`",
        )
    })
}

/// `HTTP/1.1`, and perhaps the header that HAProxy took as a part of the version up to 2.6: there was no other place for it.
fn version(text: &str) -> Result<CheckVersion, Problem> {
    let breaks = ["\\r\\n", "\r\n"];
    let found = breaks.iter().find_map(|at| text.split_once(at));
    let (version, host) = match found {
        None => (text, None),
        Some((version, header)) => (version, Some(host(header)?)),
    };
    match version {
        "" if host.is_none() => Ok(CheckVersion::Http10(None)),
        "HTTP/1.0" => Ok(CheckVersion::Http10(host)),
        "HTTP/1.1" => Ok(CheckVersion::Http11(host)),
        _ => Err(Problem::new("has a version that a check cannot have")
            .help("write `HTTP/1.0` or `HTTP/1.1`, or leave it away")),
    }
}

fn host(header: &str) -> Result<CheckHost, Problem> {
    let (name, value) = header.split_once(':').unwrap_or((header, ""));
    if !name.eq_ignore_ascii_case("host") {
        return Err(
            Problem::new("has a header other than `Host` in the version").help("remove the header"),
        );
    }
    let value = value.trim_start_matches('\\').trim_matches(' ');
    CheckHost::new(value).ok_or_else(|| {
        Problem::new("names no usable host").help("write a host such as `shop.example.com`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_away_is_what_haproxy_takes() {
        let show = |text| {
            let check = CheckHttp::parse(text, &mut Vec::new()).expect("legal");
            let host = check.version.host().map(ToString::to_string);
            let host = host.unwrap_or_default();
            let version = check.version.name();
            format!("{} {} {version} {host}", check.method, check.target)
        };
        for (text, shown) in [
            ("/healthz", "OPTIONS /healthz HTTP/1.0 "),
            ("GET  /healthz", "GET /healthz HTTP/1.0 "),
            ("HEAD / HTTP/1.1", "HEAD / HTTP/1.1 "),
            (
                "GET / HTTP/1.1\\r\\nHost:\\ shop.example.com",
                "GET / HTTP/1.1 shop.example.com",
            ),
            (
                "GET / HTTP/1.1\r\nhost: shop.example.com:80",
                "GET / HTTP/1.1 shop.example.com:80",
            ),
        ] {
            assert_eq!(show(text), shown, "{text:?}");
        }
    }
}
