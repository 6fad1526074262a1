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
    let host = match flags.host.as_deref() {
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
    Ok(Request {
        method: method.clone(),
        host,
        target: flags.request_target.clone().unwrap_or(request.target),
        sni,
        source: flags.from,
        headers: headers(&flags.headers)?,
        // Who asks for a route wants to know where it leads those who may come.
        certificate: certificate(typed),
        ..Request {
            scheme: request.scheme,
            ..Request::default()
        }
    })
}

/// What is wrong with a URL, and how one is written.
fn no_url(url: &str, why: &str) -> Stop {
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
