//! How much of a request HAProxy takes: bytes in its buffer, lines of headers, and one Host.
//!
//! As measured on HAProxy 2.6.12, 3.0.11 and 3.2.26; 3.4.7 takes 8 bytes more. A request that does not fit is answered 400 by 2.6 and 3.0,
//! and 431 from 3.2 on, or 414 where the request line alone fills the buffer.

use super::Request;
use super::line::Refusal;
use crate::ir::Routing;

/// What HAProxy keeps free beside a message, besides `tune.maxrewrite`.
const OVERHEAD: usize = 48;
/// What a start line takes besides its method, target and version, and what each line takes besides its text.
const START_LINE: usize = 20;
const LINE: usize = 8;
/// The method and the target come with this.
const VERSION: usize = "HTTP/1.1".len();

/// The numbers of `global` that count here, with the defaults of HAProxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds {
    /// `tune.bufsize`, in bytes.
    buffer: usize,
    /// `tune.maxrewrite`, in bytes.
    rewrite: usize,
    /// `tune.http.maxhdr`, which counts the start line.
    lines: usize,
}

impl Bounds {
    /// The operator's own lines may say otherwise.
    fn of(routing: &Routing) -> Self {
        let mut bounds = Self {
            buffer: 16_384,
            rewrite: 1024,
            lines: 101,
        };
        for line in &routing.global.snippets.global {
            let line = line.to_string();
            let mut words = line.split_whitespace();
            let (keyword, number) = (words.next(), words.next().and_then(|it| it.parse().ok()));
            match (keyword, number) {
                (Some("tune.bufsize"), Some(number)) => bounds.buffer = number,
                (Some("tune.maxrewrite"), Some(number)) => bounds.rewrite = number,
                (Some("tune.http.maxhdr"), Some(number)) => bounds.lines = number,
                _ => {}
            }
        }
        bounds.rewrite = bounds.rewrite.min(bounds.buffer / 2);
        bounds
    }

    fn bytes(self) -> usize {
        self.buffer.saturating_sub(self.rewrite + OVERHEAD)
    }
}

/// Refuses what HAProxy does not take. `passed_on`: how many headers the request has when the frontend hands it on.
pub(super) fn check(routing: &Routing, request: &Request, passed_on: usize) -> Result<(), Refusal> {
    let bounds = Bounds::of(routing);
    if size(request) > bounds.bytes() {
        return Err(Refusal {
            status: 400,
            reason: "the request is longer than HAProxy's buffer, `tune.bufsize` less `tune.maxrewrite`; from 3.2 on the answer is 414 or 431",
        });
    }
    if lines(request) >= bounds.lines {
        return Err(Refusal {
            status: 400,
            reason: "more headers than `tune.http.maxhdr` allows, which counts the request line, too",
        });
    }
    one_host(request)?;
    if passed_on >= bounds.lines {
        return Err(Refusal {
            status: 431,
            reason: "with those that HAProxy adds, more headers than `tune.http.maxhdr` allows",
        });
    }
    Ok(())
}

/// The bytes that a request takes in HAProxy's buffer.
fn size(request: &Request) -> usize {
    let line = |name: &str, value: &str| name.len() + value.trim().len() + LINE;
    let host = request.host.as_ref().map_or(0, |host| line("host", host));
    let headers = request.headers.iter();
    let headers: usize = headers.map(|(name, value)| line(name, value)).sum();
    let start = START_LINE + request.method.len() + request.target.len() + VERSION + LINE;
    start + host + headers + 1 + LINE
}

fn lines(request: &Request) -> usize {
    request.headers.len() + usize::from(request.host.is_some())
}

/// Several Host headers must say the same, in any case of letters.
fn one_host(request: &Request) -> Result<(), Refusal> {
    let more = request.headers.iter();
    let more = more.filter(|(name, _)| name.eq_ignore_ascii_case("host"));
    let mut hosts = request
        .host
        .iter()
        .chain(more.map(|(_, value)| value))
        .map(|host| host.trim());
    let Some(first) = hosts.next() else {
        return Ok(());
    };
    if hosts.all(|other| other.eq_ignore_ascii_case(first)) {
        Ok(())
    } else {
        Err(Refusal {
            status: 400,
            reason: "several Host headers that differ",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::RawLine;

    fn of(target: usize, value: usize, headers: usize) -> Request {
        Request {
            host: Some("shop.example.com".to_owned()),
            target: format!("/{}", "a".repeat(target)),
            headers: vec![("X-A".to_owned(), "a".repeat(value)); headers],
            ..Request::default()
        }
    }

    fn status(routing: &Routing, request: &Request) -> Option<u16> {
        // As the frontend does it: three headers of its own.
        let passed_on = lines(request) + 3;
        check(routing, request, passed_on)
            .err()
            .map(|refusal| refusal.status)
    }

    /// Every row was asked of HAProxy 2.6.12, 3.0.11 and 3.2.26.
    #[test]
    fn the_buffer_and_the_number_of_headers_bound_a_request() {
        let routing = Routing::default();
        for (target, value, headers, expected) in [
            (15_235, 0, 0, None),
            (15_236, 0, 0, Some(400)),
            (0, 15_224, 1, None),
            (0, 15_225, 1, Some(400)),
            (1000, 14_224, 1, None),
            (1000, 14_225, 1, Some(400)),
            (0, 1, 96, None),
            (0, 1, 97, Some(431)),
            (0, 1, 99, Some(431)),
            (0, 1, 100, Some(400)),
        ] {
            let request = of(target, value, headers);
            assert_eq!(
                status(&routing, &request),
                expected,
                "{target} {value} {headers}"
            );
        }
    }

    #[test]
    fn the_operators_lines_move_the_bounds() {
        let mut routing = Routing::default();
        for line in ["tune.bufsize 32768", "tune.http.maxhdr 201"] {
            let line = RawLine::new(line).expect("a line");
            routing.global.snippets.global.extend(line);
        }
        assert_eq!(status(&routing, &of(20_000, 0, 0)), None);
        assert_eq!(status(&routing, &of(31_700, 0, 0)), Some(400));
        assert_eq!(status(&routing, &of(0, 1, 150)), None);
    }

    #[test]
    fn hosts_must_agree() {
        for (second, expected) in [
            ("shop.example.com", None),
            ("SHOP.example.com", None),
            ("  shop.example.com ", None),
            ("a.example", Some(400)),
            ("shop.example.com:80", Some(400)),
            ("", Some(400)),
        ] {
            let request = Request {
                headers: vec![("Host".to_owned(), second.to_owned())],
                ..of(0, 0, 0)
            };
            assert_eq!(status(&Routing::default(), &request), expected, "{second}");
        }
    }
}
