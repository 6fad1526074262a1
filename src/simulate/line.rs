//! The request line: which requests HAProxy refuses before any route is looked up, and what path the others have.
//!
//! As observed on HAProxy 2.6 (`h1.c`, `http.c`: `http_parse_authority`, `http_parse_path`). From 3.0 on, HAProxy also answers
//! 400 to a `[` that does not begin the host and to a `]` that neither ends it nor stands before a port, such as `[::1].`.
//! No rule can name such a host, so only the rules without a host and the default backend could have answered.

use super::Request;

/// An answer of HAProxy's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) reason: &'static str,
}

/// The path as the frontend looks it up, without its query. A URL without a path asks for `/` (RFC 9110, section 4.2.3);
/// `None` stays for OPTIONS, which then is about the server and not about a path (RFC 9112, section 3.2.4).
pub(super) fn path(request: &Request) -> Result<Option<&str>, Refusal> {
    let path = sent(request)?;
    Ok(path.or((request.method != "OPTIONS").then_some("/")))
}

/// The path as HAProxy's `path` fetch has it.
fn sent(request: &Request) -> Result<Option<&str>, Refusal> {
    let target = request.target.as_str();
    if request.method.is_empty() || !request.method.bytes().all(is_token) {
        return bad("the method is not a token");
    }
    if target.is_empty() {
        return bad("the request target is empty");
    }
    if !target.bytes().all(|b| matches!(b, 0x21..=0x7f)) {
        return bad("a blank, control character or non-ASCII letter in the request target");
    }
    if target.contains('#') {
        return bad("`#` in the request target: fragments are not sent");
    }
    let host = request
        .host
        .as_deref()
        .map(|host| host.trim_matches([' ', '\t']));
    if host.is_some_and(|host| host.contains(['\r', '\n'])) {
        return bad("a line break in the Host header");
    }
    match (Form::of(target), request.method == "CONNECT") {
        (Form::Authority, true) => Err(connect(target, host)),
        (_, true) => bad("CONNECT wants `host:port` as its target"),
        (Form::Origin, false) => Ok(target.split('?').next()),
        (Form::Asterisk, false) => Ok(None),
        (Form::Absolute { scheme, rest }, false) => {
            let (authority, path) = match rest.find('/') {
                Some(slash) => (&rest[..slash], Some(&rest[slash..])),
                None => (rest, None),
            };
            same_host(authority, host, default_port(scheme))?;
            Ok(path.and_then(|path| path.split('?').next()))
        }
        (Form::Authority, false) => same_host(target, host, "").map(|()| None),
    }
}

/// The four forms of RFC 9112, section 3.2.
enum Form<'t> {
    Origin,
    Asterisk,
    Absolute { scheme: &'t str, rest: &'t str },
    Authority,
}

impl<'t> Form<'t> {
    fn of(target: &'t str) -> Self {
        if target.starts_with('/') {
            return Self::Origin;
        }
        if target.starts_with('*') {
            return Self::Asterisk;
        }
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        match target.split_once("://") {
            Some((scheme, rest))
                if scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                    && scheme.bytes().all(legal) =>
            {
                Self::Absolute { scheme, rest }
            }
            _ => Self::Authority,
        }
    }
}

/// A target that names an authority must name the one of the Host header, if there is one.
fn same_host(authority: &str, host: Option<&str>, port: &str) -> Result<(), Refusal> {
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let Some(host) = host.filter(|_| !authority.is_empty()) else {
        return Ok(());
    };
    let bare = |text: &str| {
        let text = text.strip_suffix(port).unwrap_or(text);
        text.to_ascii_lowercase()
    };
    if bare(authority) == bare(host) {
        Ok(())
    } else {
        bad("the request target and the Host header name different hosts").map(|_| ())
    }
}

fn default_port(scheme: &str) -> &'static str {
    match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    }
}

/// CONNECT to a well-formed target gets as far as our rule, which denies it: tunnels are no ingress.
fn connect(target: &str, host: Option<&str>) -> Refusal {
    const BAD: &str = "CONNECT wants `host:port` as its target, and the same Host";
    let Some((name, port)) = target.rsplit_once(':') else {
        return Refusal {
            status: 400,
            reason: BAD,
        };
    };
    let same = |host: &str| {
        let bare = matches!(port, "80" | "443") && host.eq_ignore_ascii_case(name);
        bare || host.eq_ignore_ascii_case(target)
    };
    if host.is_none_or(same) {
        Refusal {
            status: 405,
            reason: "CONNECT is not allowed",
        }
    } else {
        Refusal {
            status: 400,
            reason: BAD,
        }
    }
}

fn bad<'t>(reason: &'static str) -> Result<Option<&'t str>, Refusal> {
    Err(Refusal {
        status: 400,
        reason,
    })
}

fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &str, target: &str, host: Option<&str>) -> Result<Option<String>, u16> {
        let request = Request {
            method: method.into(),
            target: target.into(),
            host: host.map(str::to_owned),
            ..Request::default()
        };
        path(&request)
            .map(|path| path.map(str::to_owned))
            .map_err(|refusal| refusal.status)
    }

    /// Every row was asked of HAProxy 2.6.12.
    #[test]
    fn targets_are_read_as_haproxy_reads_them() {
        let host = Some("foo.com");
        let rows = [
            ("GET", "/x?y=/z", host, Ok(Some("/x"))),
            ("GET", "//x", host, Ok(Some("//x"))),
            (
                "GET",
                "/%[src]\"\\|^`{}<>",
                host,
                Ok(Some("/%[src]\"\\|^`{}<>")),
            ),
            ("get", "/x", host, Ok(Some("/x"))),
            ("OPTIONS", "*", host, Ok(None)),
            ("OPTIONS", "*", None, Ok(None)),
            ("GET", "*", host, Ok(Some("/"))),
            ("GET", "http://foo.com/x?q", host, Ok(Some("/x"))),
            ("GET", "http://foo.com", host, Ok(Some("/"))),
            ("OPTIONS", "http://foo.com", host, Ok(None)),
            ("GET", "http://FOO.com:80/x", host, Ok(Some("/x"))),
            (
                "GET",
                "http://foo.com/x",
                Some("foo.com:80"),
                Ok(Some("/x")),
            ),
            ("GET", "https://foo.com:443/x", host, Ok(Some("/x"))),
            ("GET", "http://u@foo.com/x", host, Ok(Some("/x"))),
            ("GET", "http:///x", host, Ok(Some("/x"))),
            ("GET", "http://foo.com/x", None, Ok(Some("/x"))),
            ("GET", "foo.com", host, Ok(Some("/"))),
            ("GET", "http://foo.com?q", host, Err(400)),
            ("GET", "http://foo.com/x", Some("bar.com"), Err(400)),
            ("GET", "http://foo.com/x", Some(""), Err(400)),
            ("GET", "http://u@foo.com/x", Some("u@foo.com"), Err(400)),
            ("GET", "foo", host, Err(400)),
            ("GET", "?x", host, Err(400)),
            ("GET", "http:/x", host, Err(400)),
            ("GET", "", host, Err(400)),
            ("GET", "/a#b", host, Err(400)),
            ("GET", "/ä", host, Err(400)),
            ("GET", "/a\tb", host, Err(400)),
            ("GET", "/a b", host, Err(400)),
            ("fo(o", "/x", host, Err(400)),
            ("", "/x", host, Err(400)),
            ("CONNECT", "foo.com:80", host, Err(405)),
            ("CONNECT", "foo.com:80", Some("foo.com:80"), Err(405)),
            ("CONNECT", "foo.com:80", None, Err(405)),
            ("CONNECT", "/x", host, Err(400)),
            ("CONNECT", "*", host, Err(400)),
            ("CONNECT", "http://foo.com/x", host, Err(400)),
            ("CONNECT", "foo.com", host, Err(400)),
        ];
        for (method, target, host, expected) in rows {
            let expected = expected.map(|path: Option<&str>| path.map(str::to_owned));
            assert_eq!(
                ask(method, target, host),
                expected,
                "{method} {target} {host:?}"
            );
        }
    }
}
