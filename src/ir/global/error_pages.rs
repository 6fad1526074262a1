//! Answers of HAProxy's own in other words.

use std::collections::BTreeMap;
use std::fmt;

use super::super::sample::HeaderName;
use super::super::version::HaproxyVersion;
use crate::source::Sourced;

/// Answers of HAProxy's own in other words, by the status that they take the place of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorPages(pub BTreeMap<ErrorStatus, Sourced<ErrorPage>>);

impl ErrorPages {
    /// Whether the same pages are there, wherever they were written.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let pages = |list: &Self| -> Vec<(ErrorStatus, ErrorPage)> {
            let pages = list.0.iter();
            pages
                .map(|(status, page)| (*status, page.value.clone()))
                .collect()
        };
        pages(self) == pages(other)
    }
}

/// A status for which HAProxy has an answer that can be replaced (manual: section 4, `errorfile`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorStatus(u16);

impl ErrorStatus {
    /// Those that HAProxy 2.6 knows.
    const OLD: [u16; 19] = [
        200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 422, 425, 429, 500, 501, 502, 503,
        504,
    ];
    /// Those that came with HAProxy 3.2.
    const NEW: [u16; 2] = [414, 431];

    /// Checks `status`.
    pub fn new(status: u16) -> Option<Self> {
        (Self::OLD.contains(&status) || Self::NEW.contains(&status)).then_some(Self(status))
    }

    /// Whether a HAProxy of this version knows it.
    pub fn is_known_to(self, version: HaproxyVersion) -> bool {
        Self::OLD.contains(&self.0) || version.has(3, 2)
    }
}

impl fmt::Display for ErrorStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A whole HTTP/1 response that HAProxy reads when it starts and answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    status: u16,
    text: String,
}

/// Why a text is no page: lower case, without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageError(pub &'static str);

impl ErrorPage {
    /// How many bytes a page has at most. HAProxy reads it into a buffer of 16384 bytes, and keeps 1024 of them for headers that
    /// rules add.
    pub const MAX_BYTES: usize = 15_000;

    /// Checks a raw response: a status line, headers, an empty line and a body, with the line ends of HTTP or of Unix. What is
    /// refused here keeps HAProxy from starting, as its parser of error files (`http_str_to_htx`) was observed to do.
    pub fn new(text: &str) -> Result<Self, PageError> {
        if text.len() > Self::MAX_BYTES {
            return Err(PageError(
                "is longer than 15000 bytes, which is what fits into HAProxy's buffer",
            ));
        }
        let mut lines = text.split_inclusive('\n');
        let mut next = || -> Result<&str, PageError> {
            let line = lines.next().and_then(|line| line.strip_suffix('\n'));
            let line = line.ok_or(PageError(
                "has no empty line between its headers and its body",
            ))?;
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.chars().any(|c| c.is_control() && c != '\t') {
                return Err(PageError("has a control character in its head"));
            }
            Ok(line)
        };
        let first = next()?;
        let status = status_line(first).ok_or(PageError(
            "does not begin with a status line such as `HTTP/1.1 503 Service Unavailable`",
        ))?;
        let (mut head, mut length) = (format!("{first}\n"), None);
        loop {
            let line = next()?;
            head.push_str(line);
            head.push('\n');
            if line.is_empty() {
                break;
            }
            length = header(line)?.or(length);
        }
        let body = lines.collect::<String>();
        check_body(status, length, &body)?;
        Ok(Self {
            status,
            text: head + &body,
        })
    }

    /// The status that clients see.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The response.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Checks a header; the length, when it announces one.
fn header(line: &str) -> Result<Option<usize>, PageError> {
    let header = line.split_once(':');
    let Some((name, value)) = header.filter(|(name, _)| HeaderName::new(name).is_some()) else {
        return Err(PageError("has a line in its head that is no header"));
    };
    if name.eq_ignore_ascii_case("transfer-encoding") {
        return Err(PageError(
            "is encoded in chunks, which HAProxy does not read",
        ));
    }
    if !name.eq_ignore_ascii_case("content-length") {
        return Ok(None);
    }
    // What is no number is the length of no body.
    Ok(Some(value.trim().parse().unwrap_or(usize::MAX)))
}

fn check_body(status: u16, length: Option<usize>, body: &str) -> Result<(), PageError> {
    if length.is_some_and(|length| length != body.len()) {
        return Err(PageError("announces another length than its body has"));
    }
    if body.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n')) {
        return Err(PageError("has a control character in its body"));
    }
    if matches!(status, 204 | 304) && !body.is_empty() {
        return Err(PageError(
            "has a body, which no response with this status has",
        ));
    }
    Ok(())
}

/// The status of `HTTP/1.1 503 Service Unavailable`; 1xx is none, as another response follows.
fn status_line(line: &str) -> Option<u16> {
    let rest = line
        .strip_prefix("HTTP/1.1 ")
        .or_else(|| line.strip_prefix("HTTP/1.0 "))?;
    let (code, _) = rest.split_once(' ').unwrap_or((rest, ""));
    let status = code.parse().ok()?;
    (code.len() == 3 && (200..600).contains(&status)).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_whole_response() {
        let page = ErrorPage::new("HTTP/1.1 521 Down\r\nContent-Type: text/plain\r\n\r\nsoon\r\n");
        let page = page.expect("legal");
        assert_eq!(page.status(), 521);
        assert_eq!(
            page.as_str(),
            "HTTP/1.1 521 Down\nContent-Type: text/plain\n\nsoon\r\n"
        );
        for good in [
            "HTTP/1.0 503\n\n",
            "HTTP/1.1 503 A\nContent-Length: 2\n\nhi",
            "HTTP/1.1 304 X\n\n",
        ] {
            assert!(ErrorPage::new(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn what_haproxy_refuses_to_start_with_is_no_page() {
        let long = format!("HTTP/1.1 503 A\n\n{}", "x".repeat(ErrorPage::MAX_BYTES));
        for bad in [
            "",
            "sorry",
            "<html>\n\n</html>\n",
            "HTTP/2 503 A\n\n",
            "HTTP/1.1 103 A\n\n",
            "HTTP/1.1 99 A\n\n",
            "HTTP/1.1 503 A\nA: b\n",
            "HTTP/1.1 503 A\nno header\n\n",
            "HTTP/1.1 503 A\nA b: c\n\n",
            "HTTP/1.1 503 A\nA: b\n folded: c\n\n",
            "HTTP/1.1 503 A\nA: b\u{0}c\n\n",
            "HTTP/1.1 503 A\nContent-Length: 3\n\nhi",
            "HTTP/1.1 503 A\nContent-Length: x\n\nhi",
            "HTTP/1.1 503 A\nTransfer-Encoding: chunked\n\n0\n\n",
            "HTTP/1.1 204 A\n\nhi",
            "HTTP/1.1 503 A\n\n\u{0}",
            &long,
        ] {
            assert!(ErrorPage::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn newer_statuses_need_a_newer_haproxy() {
        let status = |number| ErrorStatus::new(number).expect("known");
        assert!(status(503).is_known_to(HaproxyVersion::OLDEST));
        assert!(!status(431).is_known_to(HaproxyVersion::OLDEST));
        assert!(status(431).is_known_to(HaproxyVersion::NEWEST));
        assert_eq!(ErrorStatus::new(418), None);
    }
}
