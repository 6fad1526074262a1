//! What is asked: a URL and flags into a request or a connection.

use super::tcp;
use crate::cli::Stop;
use crate::cli::args::{HttpVersion, Route, Shows};
use crate::ir::{HeaderName, HostPattern};
use crate::report::visible;
use crate::simulate::{ClientCertificate, Request, Scheme, TcpConnection};
use crate::trace::Http;

/// What the route of which is asked for.
pub(super) enum Asked {
    /// A request to a host.
    Request(Box<Request>, Http),
    /// A connection to a port of a TCP service.
    Connection(TcpConnection),
}

impl Asked {
    pub(super) fn read(url: &str, typed: &Route) -> Result<Self, Stop> {
        if let Some(place) = tcp::place(url) {
            return tcp::connection(url, place, typed).map(Self::Connection);
        }
        if typed.request.tls {
            return Err(Stop::usage(
                "error: `--tls` is about `tcp://HOST:PORT`\n  help: write https:// for a request by TLS",
            ));
        }
        let request = request(url, typed)?;
        let http = match typed.request.http {
            HttpVersion::V10 => Http::Http10,
            HttpVersion::V11 => Http::Http11,
            HttpVersion::V2 => Http::Http2,
        };
        if http == Http::Http2 && request.host.is_none() {
            return Err(Stop::usage(
                "error: a request of HTTP/2 names its host\n  help: leave out `--host ''`, or ask with `--http 1.0`",
            ));
        }
        Ok(Self::Request(Box::new(request), http))
    }
}

/// What a client shows, by the flag.
pub(super) fn certificate(typed: &Route) -> ClientCertificate {
    match typed.request.client_certificate {
        Shows::Trusted => ClientCertificate::Trusted,
        Shows::Foreign => ClientCertificate::Foreign,
        Shows::None => ClientCertificate::Absent,
    }
}

fn request(url: &str, typed: &Route) -> Result<Request, Stop> {
    let flags = &typed.request;
    let method = &flags.method;
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if method.is_empty() || !method.bytes().all(legal) {
        return Err(Stop::usage(format!(
            "error: `{}` is no request method",
            visible(method)
        )));
    }
    let request = Request::parse(url).map_err(|error| no_url(url, &error.to_string()))?;
    let port = port(url, &request)?;
    let mut headers = headers(&flags.headers)?;
    if !headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("authorization"))
    {
        headers.extend(credentials(url));
    }
    // As curl does: a Host header among the others stands in place of the URL's.
    let typed_host = match flags.host {
        Some(_) => None,
        None => headers
            .iter()
            .position(|(name, _)| name.eq_ignore_ascii_case("host"))
            .map(|at| headers.remove(at).1),
    };
    let host = match flags.host.as_deref().or(typed_host.as_deref()) {
        None => request.host.clone(),
        Some("") => None,
        Some(host) if host.contains(char::is_control) => {
            return Err(Stop::usage(format!(
                "error: `{}` is no Host header: a control character",
                visible(host)
            )));
        }
        Some(host) => Some(host.to_owned()),
    };
    let sni = match flags.sni.as_deref() {
        None => request.sni.clone(),
        Some(_) if request.scheme == Scheme::Http => {
            return Err(Stop::usage(
                "error: `--sni` is about TLS, and http has none\n  help: write https:// before the host",
            ));
        }
        Some("") => None,
        Some(name) => {
            let legal = HostPattern::new(&name.to_ascii_lowercase());
            if legal.is_ok_and(|pattern| !pattern.is_wildcard()) {
                Some(name.to_owned())
            } else {
                return Err(Stop::usage(format!(
                    "error: `{}` is no name that a handshake can hold\n  help: write a host name, such as shop.example.com",
                    visible(name)
                )));
            }
        }
    };
    // A tunnel is asked for by host and port, without a path (RFC 9110, section 9.3.6).
    let target = match (method.as_str(), &request.host) {
        ("CONNECT", Some(host)) => {
            let usual = match request.scheme {
                Scheme::Http => 80,
                Scheme::Https => 443,
            };
            let name = match (port, host.rsplit_once(':')) {
                (Some(_), Some((name, _))) => name,
                _ => host.trim_end_matches(':'),
            };
            format!("{name}:{}", port.unwrap_or(usual))
        }
        _ => request.target.clone(),
    };
    Ok(Request {
        method: method.clone(),
        host,
        target: flags.request_target.clone().unwrap_or(target),
        port,
        sni,
        source: flags.from,
        headers,
        // Who asks for a route wants to know where it leads those who may come.
        certificate: certificate(typed),
        ..Request {
            scheme: request.scheme,
            ..Request::default()
        }
    })
}

/// The port of a URL, if it says one.
fn port(url: &str, request: &Request) -> Result<Option<u16>, Stop> {
    let host = request.host.as_deref().unwrap_or_default();
    let behind = host.rsplit_once(']').map_or(host, |(_, behind)| behind);
    match behind.split_once(':') {
        None | Some((_, "")) => Ok(None),
        Some((_, text)) => {
            let number = Some(text).filter(|it| it.bytes().all(|b| b.is_ascii_digit()));
            let port = number.and_then(|it| it.parse::<u16>().ok());
            port.filter(|port| *port > 0)
                .map(Some)
                .ok_or_else(|| no_url(url, &format!("`{text}` is no port; one is 1 to 65535")))
        }
    }
}

/// User and password of a URL with everything around them: what stands before, they themselves, what stands behind.
fn userinfo(url: &str) -> Option<(&str, &str, &str)> {
    let start = url.find("://").map_or(0, |at| at + 3);
    let (before, rest) = url.split_at(start);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (user, _) = rest.get(..end)?.rsplit_once('@')?;
    Some((before, user, rest.get(user.len()..)?))
}

/// User and password of a URL as clients send them (RFC 7617).
fn credentials(url: &str) -> Option<(String, String)> {
    use base64::Engine as _;
    let (_, user, _) = userinfo(url)?;
    let user = if user.contains(':') {
        user.to_owned()
    } else {
        format!("{user}:")
    };
    let text = base64::engine::general_purpose::STANDARD.encode(decoded(&user));
    Some(("Authorization".to_owned(), format!("Basic {text}")))
}

/// Percent-encoding undone.
fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.as_bytes();
    while let [first, rest @ ..] = bytes {
        let hex = rest.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let byte = hex
            .filter(|hex| *first == b'%' && hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(byte.unwrap_or(*first));
        bytes = if byte.is_some() { &rest[2..] } else { rest };
    }
    out
}

/// What is wrong with a URL, and how one is written. Its password is not repeated.
fn no_url(url: &str, why: &str) -> Stop {
    let shown = userinfo(url).map(|(before, _, behind)| format!("{before}(not shown){behind}"));
    let url = shown.as_deref().unwrap_or(url);
    let help = match url.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("ws") => format!("write http://{rest}"),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("wss") => {
            format!("write https://{rest}")
        }
        _ if url.starts_with('/') => {
            format!("write the host before the path, such as shop.example.com{url}")
        }
        _ => {
            "write [SCHEME://]HOST[:PORT][/PATH], such as https://shop.example.com/cart".to_owned()
        }
    };
    Stop::usage(format!(
        "error: `{}` is no URL: {}\n  help: {}",
        visible(url),
        visible(why),
        visible(&help)
    ))
}

/// Reads `Name: value`, as `curl -H` does.
fn headers(typed: &[String]) -> Result<Vec<(String, String)>, Stop> {
    let read = |text: &String| {
        let (name, value) = text.split_once(':')?;
        let value = value.trim();
        let legal = HeaderName::new(name).is_some() && !value.contains(char::is_control);
        legal.then(|| (name.to_owned(), value.to_owned()))
    };
    let each = typed.iter().map(|text| {
        read(text).ok_or_else(|| {
            Stop::usage(format!(
                "error: `{}` is no header\n  help: write `Name: value`",
                visible(text)
            ))
        })
    });
    each.collect()
}
