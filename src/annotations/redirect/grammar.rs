//! Where a redirect leads, and with which status.

use super::super::formats;
use super::super::grammar::{Grammar, Problem};
use super::super::quoting;
use crate::finding::Code;
use crate::ir::policy::RedirectCode;
use crate::ir::{Format, Moment, Piece};

/// A status of a redirect.
pub(super) struct Status;

impl Grammar for Status {
    type Value = RedirectCode;
    const NAME: &'static str = "redirect code";
    const FORM: &'static str = "one of `301`, `302`, `303`, `307`, `308`";
    const PATTERN: Option<&'static str> = Some("^30[12378]$");
    const GOOD: &'static [&'static str] = &["301", "302", "303", "307", "308"];
    const BAD: &'static [&'static str] = &["300", "304", "200", "-301", "301 ", "permanent"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<RedirectCode, Problem> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse::<u32>().ok().filter(|_| digits);
        number.and_then(RedirectCode::new).ok_or_else(|| {
            let problem = Problem::new("is no status that HAProxy redirects with")
                .help("write `301`, `302`, `303`, `307` or `308`");
            match number {
                Some(_) => problem.code(Code::OUT_OF_RANGE),
                None => problem,
            }
        })
    }
}

/// Another host, and what stands before the path there.
pub(super) struct Elsewhere;

/// Where requests are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// `true` for https, `false` for http; `None` when nothing is said.
    pub(super) tls: Option<bool>,
    /// Host, port and what stands before the path.
    pub(super) to: Format,
}

impl Target {
    /// Whether something comes before the request's path.
    pub(super) fn has_path(&self) -> bool {
        let mut pieces = self.to.pieces().iter();
        pieces.any(|piece| matches!(piece, Piece::Text(text) if text.contains(['/', '?'])))
    }

    /// The host and the port, in lower case, where the client decides neither.
    pub(super) fn authority(&self) -> Option<(String, Option<u16>)> {
        let [Piece::Text(text)] = self.to.pieces() else {
            return None;
        };
        let end = text.find(['/', '?']).unwrap_or(text.len());
        let (host, port) = split_port(&text[..end]);
        let port = port.and_then(|port| port.parse().ok());
        Some((host.to_ascii_lowercase(), port))
    }
}

impl Grammar for Elsewhere {
    type Value = Target;
    const NAME: &'static str = "redirect target";
    const FORM: &'static str = "`host` or `host:port`, with or without `http://` or `https://` before it; a path after it comes before the request's";
    const GOOD: &'static [&'static str] = &[
        "www.example.com",
        "https://www.example.com",
        "http://[::1]:8080",
        "example.com/old",
        "https://www.%[req.hdr(host)]",
        "https://www.example.com/?from=%[path,url_enc]",
    ];
    const BAD: &'static [&'static str] = &[
        "https://",
        "/path",
        "ftp://example.com",
        "a b",
        "a@b",
        "example.com:0",
        "example.com:http",
        "example.com#x",
        "%[env(HOME)]",
        "50%.example.com",
        "https://www.example.com%[path]",
        "https://www.example.com/new%[path]",
        "www.example.com%[capture.req.uri]",
        "www.example.com/new%[pathq,url_enc]",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Target, Problem> {
        let text = quoting::bare(text.trim())?;
        let (tls, rest) = scheme(&text)?;
        let stripped = rest.trim_end_matches('/');
        if stripped.len() < rest.len() && !stripped.is_empty() {
            remarks.push(
                Problem::new("ends in `/`, which the controller doubles, as the request's path begins with one")
                    .code(Code::DIALECT_DEFAULT_DIFFERS)
                    .help(format!("write `{}`", text.trim_end_matches('/'))),
            );
        }
        let to = formats::read(stripped, Moment::Request, remarks)?;
        if judge(&to)? {
            // Who writes the host itself has nothing left that is evaluated.
            remarks.retain(|remark| remark.code != Code::FORMAT_EXPRESSION_IN_VALUE);
            remarks.push(
                Problem::new("lets the client choose the host that it is sent to")
                    .code(Code::OPEN_REDIRECT)
                    .help("write the host itself"),
            );
        }
        let target = Target { tls, to };
        if let [Piece::Text(text)] = target.to.pieces() {
            let end = text.find(['/', '?']).unwrap_or(text.len());
            authority(&text[..end])?;
        }
        Ok(target)
    }
}

fn no_target() -> Problem {
    Problem::new("is no host").help("write `host`, `host:port`, or the same after `https://`")
}

/// Takes the scheme off.
fn scheme(text: &str) -> Result<(Option<bool>, &str), Problem> {
    let end = text.find(['/', '?', '%']).unwrap_or(text.len());
    match text
        .split_once("://")
        .filter(|(scheme, _)| scheme.len() < end)
    {
        None => Ok((None, text)),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => Ok((Some(false), rest)),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => Ok((Some(true), rest)),
        Some((scheme, _)) => Err(Problem::new(format!(
            "has the scheme `{scheme}`, to which HTTP requests are not sent"
        ))
        .help("write `http://` or `https://`, or no scheme")),
    }
}

/// The fetches that give the request's path, or begin with it.
const REQUEST_PATHS: [&str; 4] = ["capture.req.uri", "path", "pathq", "url"];

/// Checks each piece, and tells whether the client decides the host.
fn judge(to: &Format) -> Result<bool, Problem> {
    let in_host = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    let in_path = |b: u8| b.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&b);
    let (mut past_host, mut open) = (false, false);
    let mut in_query = false;
    for (at, piece) in to.pieces().iter().enumerate() {
        match piece {
            Piece::Text(text) => {
                in_query |= text.contains('?');
                let end = text.find(['/', '?']).filter(|_| !past_host);
                let (host, path) = match (past_host, end) {
                    (true, _) => ("", text.as_str()),
                    (false, Some(end)) => text.split_at(end),
                    (false, None) => (text.as_str(), ""),
                };
                past_host |= end.is_some();
                if !host.bytes().all(in_host) || !path.bytes().all(in_path) {
                    return Err(no_target());
                }
            }
            Piece::Sample(sample)
                if at > 0 && !in_query && REQUEST_PATHS.contains(&sample.fetch.name) =>
            {
                return Err(Problem::new(format!(
                    "holds `%[{sample}]`, which would double the path: the request's path and query are appended anyway"
                ))
                .code(Code::FORMAT_EXPRESSION_IN_VALUE)
                .help(format!("remove `%[{sample}]`")));
            }
            Piece::Sample(sample) if past_host && !sample.is_fit_for_url() => {
                return Err(Problem::new(format!(
                    "holds `%[{sample}]`, whose value an address cannot always hold"
                ))
                .code(Code::FORMAT_EXPRESSION_IN_VALUE)
                .help(format!("write `%[{sample},url_enc]`")));
            }
            Piece::Sample(sample) => open |= !past_host && sample.is_of_client(),
        }
    }
    let begins_with_path =
        matches!(to.pieces().first(), Some(Piece::Text(text)) if text.starts_with(['/', '?']));
    if to.pieces().is_empty() || begins_with_path {
        return Err(no_target());
    }
    Ok(open)
}

/// `host`, `host:port`, `[::1]`, `[::1]:port`.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    }
}

fn authority(text: &str) -> Result<(), Problem> {
    let (host, port) = split_port(text);
    let is_host = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && !host.contains([':', '[', ']']),
    };
    if !is_host {
        return Err(no_target());
    }
    let legal = |port: &str| {
        port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    };
    match port {
        Some(port) if !legal(port) => Err(Problem::new(format!(
            "has the port `{port}`, which is none"
        ))
        .help("write a port from 1 to 65535")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_with_its_scheme_and_without_its_last_slash() {
        let read = |text: &str| {
            let mut remarks = Vec::new();
            let target = Elsewhere::parse(text, &mut remarks).expect(text);
            let codes: Vec<Code> = remarks.iter().map(|it| it.code).collect();
            (target.tls, target.to.to_string(), codes)
        };
        assert_eq!(read("a.com"), (None, "a.com".to_owned(), vec![]));
        assert_eq!(
            read("HTTPS://a.com:8443"),
            (Some(true), "a.com:8443".to_owned(), vec![])
        );
        assert_eq!(
            read("http://a.com/new/"),
            (
                Some(false),
                "a.com/new".to_owned(),
                vec![Code::DIALECT_DEFAULT_DIFFERS]
            )
        );
        assert_eq!(
            read("%[req.hdr(x-to)]"),
            (
                None,
                "%[req.hdr(x-to)]".to_owned(),
                vec![Code::OPEN_REDIRECT]
            )
        );
        assert_eq!(
            read("login.com/?next=http://x"),
            (None, "login.com/?next=http://x".to_owned(), vec![])
        );
    }
}
