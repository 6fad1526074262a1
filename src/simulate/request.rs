//! A request as it stands on the wire, and the URL that a person writes in its place.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// A request. The fields are raw: nothing is normalised, because what HAProxy makes of odd ones is the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which listener it meets.
    pub scheme: Scheme,
    /// Case-sensitive.
    pub method: String,
    /// The port that the client connects to; `None`: one of the scheme's listeners, whatever stands in the Host header.
    pub port: Option<u16>,
    /// The Host header; `None` sends none.
    pub host: Option<String>,
    /// The request target: path and query, `*`, or an absolute URL.
    pub target: String,
    /// The name in the TLS handshake; `None` sends none. Plain HTTP does not read it.
    pub sni: Option<String>,
    /// Where it comes from.
    pub source: IpAddr,
    /// Headers besides the Host header, in order.
    pub headers: Vec<(String, String)>,
    /// What the client shows in the TLS handshake when it is asked. Plain HTTP does not ask.
    pub certificate: ClientCertificate,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            scheme: Scheme::Http,
            method: "GET".to_owned(),
            port: None,
            host: None,
            target: "/".to_owned(),
            sni: None,
            source: IpAddr::V4(Ipv4Addr::LOCALHOST),
            headers: Vec::new(),
            certificate: ClientCertificate::Absent,
        }
    }
}

/// What a client shows in the TLS handshake. Signatures are not checked here: whoever asks says what they would come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ClientCertificate {
    /// No certificate.
    #[default]
    Absent,
    /// One of the authority that is asked for.
    Trusted,
    /// One of another authority, or one that has expired.
    Foreign,
}

/// Which listener a request meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scheme {
    /// Plain HTTP.
    #[default]
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Why a URL stands for no request: lower case, without a full stop; the URL is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestError(pub &'static str);

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for RequestError {}

impl Request {
    /// The GET request that a client makes of `[http://|https://]HOST[:PORT][/PATH][?QUERY]`. User and fragment are dropped;
    /// the port stays in the Host header; the SNI is the host, unless that is an address.
    ///
    /// # Errors
    /// Another scheme, no host, a blank or a control character.
    pub fn parse(url: &str) -> Result<Self, RequestError> {
        if url.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(RequestError(
                "a blank or control character; percent-encode it",
            ));
        }
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
            // `foo.com/?to=http://bar.com` has no scheme.
            Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
                return Err(RequestError("a scheme other than `http` and `https`"));
            }
            _ => (Scheme::Http, url),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let host = authority.rsplit('@').next().unwrap_or_default();
        let name = name_of(host);
        if name.is_empty() {
            return Err(RequestError("no host"));
        }
        let target = if target.starts_with('/') {
            target.to_owned()
        } else {
            format!("/{target}")
        };
        Ok(Self {
            scheme,
            host: Some(host.to_owned()),
            target,
            sni: is_name(name).then(|| name.trim_end_matches('.').to_owned()),
            ..Self::default()
        })
    }
}

/// The host without its port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// Addresses are not sent as SNI (RFC 6066, section 3).
fn is_name(host: &str) -> bool {
    host.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_as_a_client_reads_it() {
        for (url, scheme, host, target, sni) in [
            (
                "http://foo.com/a?b",
                Scheme::Http,
                "foo.com",
                "/a?b",
                Some("foo.com"),
            ),
            (
                "https://foo.com",
                Scheme::Https,
                "foo.com",
                "/",
                Some("foo.com"),
            ),
            (
                "HTTPS://Foo.com:8443/",
                Scheme::Https,
                "Foo.com:8443",
                "/",
                Some("Foo.com"),
            ),
            ("foo.com/a", Scheme::Http, "foo.com", "/a", Some("foo.com")),
            (
                "foo.com?to=http://bar.com/",
                Scheme::Http,
                "foo.com",
                "/?to=http://bar.com/",
                Some("foo.com"),
            ),
            (
                "http://u:p@foo.com/a@b#c",
                Scheme::Http,
                "foo.com",
                "/a@b",
                Some("foo.com"),
            ),
            ("http://[::1]:80/x", Scheme::Http, "[::1]:80", "/x", None),
            ("https://10.0.0.1/", Scheme::Https, "10.0.0.1", "/", None),
            (
                "https://foo.com./",
                Scheme::Https,
                "foo.com.",
                "/",
                Some("foo.com"),
            ),
        ] {
            let request = Request::parse(url).expect(url);
            assert_eq!(request.scheme, scheme, "{url}");
            assert_eq!(request.host.as_deref(), Some(host), "{url}");
            assert_eq!(request.target, target, "{url}");
            assert_eq!(request.sni.as_deref(), sni, "{url}");
            assert_eq!(request.method, "GET", "{url}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for bad in [
            "",
            "http://",
            "/path",
            "?q",
            "ftp://foo.com/",
            "http://foo.com/a b",
            "http://:80/",
            "foo\n.com",
        ] {
            assert!(Request::parse(bad).is_err(), "{bad:?}");
        }
    }
}
