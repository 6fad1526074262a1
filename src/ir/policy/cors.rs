//! CORS: which pages of other sites may ask.

use std::collections::BTreeSet;
use std::fmt;

use crate::ir::{Format, HeaderName, SampleError};

/// Cross-origin resource sharing (Fetch standard, section 3.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cors {
    /// Whose pages may ask.
    pub origins: Origins,
    /// With which methods; `None`: nothing is said, so with the simple ones.
    pub methods: Option<Allowed<Method>>,
    /// With which headers besides the harmless ones; `None`: nothing is said, so with no others.
    pub headers: Option<Allowed<HeaderName>>,
    /// For how many seconds a browser may remember the answer; `None`: nothing is said, which means 5.
    pub max_age: Option<u32>,
    /// Whether the user's cookies go along. Never together with [`Origins::Any`].
    pub credentials: bool,
    /// Whether HAProxy answers OPTIONS itself.
    pub preflight: bool,
}

/// Whose pages may ask.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origins {
    /// Everybody's.
    Any,
    /// Those of these origins.
    Listed(BTreeSet<WebOrigin>),
    /// Those of origins that match as a whole.
    Matching(OriginPattern),
}

/// An origin as browsers send it: `https://shop.example.com:8443` without a default port and in lower case, or `null`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebOrigin(String);

impl WebOrigin {
    /// Checks `text`; capital letters are made small. The error says what is wrong, in lower case and without a full stop.
    ///
    /// # Errors
    /// It is no origin, or one that no browser sends.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let text = text.to_ascii_lowercase();
        if text == "null" {
            return Ok(Self(text));
        }
        let (scheme, rest) = text.split_once("://").ok_or("has no scheme")?;
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (rest, None),
        };
        let name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        if !scheme.starts_with(|c: char| c.is_ascii_lowercase())
            || !scheme.bytes().all(|b| name(b) || b"+.-".contains(&b))
        {
            return Err("has no legal scheme");
        }
        if rest.contains('/') {
            return Err("has a path, which browsers do not send");
        }
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let legal = match bare {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => !host.is_empty() && host.bytes().all(|b| name(b) || b"._-".contains(&b)),
        };
        if !legal {
            return Err("has no legal host");
        }
        match (scheme, port) {
            ("http", Some("80")) | ("https", Some("443")) => {
                Err("has the scheme's own port, which browsers leave out")
            }
            (_, Some(port))
                if port.starts_with('0')
                    || !port.bytes().all(|b| b.is_ascii_digit())
                    || port.parse::<u16>().is_err() =>
            {
                Err("has no legal port")
            }
            _ => Ok(Self(text)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A regular expression (PCRE2, as HAProxy reads it) that an origin matches as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginPattern(String);

impl OriginPattern {
    /// Checks `text`, and puts anchors around it.
    ///
    /// # Errors
    /// It is no regular expression, or one that would not stay between its anchors. Lower case, without a full stop.
    pub fn new(text: &str) -> Result<Self, String> {
        // `(*ACCEPT)` ends a match wherever it stands.
        let verb = text
            .match_indices("(*")
            .any(|(at, _)| !text[..at].ends_with('\\'));
        if verb {
            return Err("a verb such as `(*ACCEPT)`".to_owned());
        }
        let whole = format!("^(?:{text})$");
        for text in [text, &whole] {
            pcre2::bytes::Regex::new(text).map_err(|error| error.to_string())?;
        }
        Ok(Self(whole))
    }

    /// The expression with its anchors.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an origin matches.
    pub fn matches(&self, origin: &str) -> bool {
        let regex = pcre2::bytes::Regex::new(&self.0);
        regex.is_ok_and(|regex| regex.is_match(origin.as_bytes()).unwrap_or(false))
    }
}

/// Everything, or what is listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Allowed<T> {
    /// `*`.
    Any,
    /// These, in the order in which they are written.
    Listed(Vec<T>),
}

impl<T: fmt::Display> Allowed<T> {
    /// As it stands in a header.
    ///
    /// # Errors
    /// Never: neither methods nor names of headers hold control characters.
    pub fn format(&self) -> Result<Format, SampleError> {
        match self {
            Self::Any => Format::literal("*"),
            Self::Listed(list) => {
                let list: Vec<String> = list.iter().map(ToString::to_string).collect();
                Format::literal(&list.join(", "))
            }
        }
    }
}

/// The methods that the Fetch standard and RFC 5789 know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
    /// `HEAD`.
    Head,
    /// `CONNECT`.
    Connect,
    /// `OPTIONS`.
    Options,
    /// `TRACE`.
    Trace,
    /// `PATCH`.
    Patch,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Get,
        Self::Post,
        Self::Put,
        Self::Delete,
        Self::Head,
        Self::Connect,
        Self::Options,
        Self::Trace,
        Self::Patch,
    ];

    /// In capital letters, as it stands in a request.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Connect => "CONNECT",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
            Self::Patch => "PATCH",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_as_browsers_send_them() {
        for good in [
            "null",
            "https://example.com",
            "http://localhost:3000",
            "https://[::1]:8443",
            "capacitor://localhost",
        ] {
            assert_eq!(
                WebOrigin::new(good).as_ref().map(WebOrigin::as_str),
                Ok(good)
            );
        }
        assert_eq!(
            WebOrigin::new("HTTPS://Example.COM"),
            WebOrigin::new("https://example.com")
        );
        for bad in [
            "example.com",
            "https://example.com/",
            "https://example.com:443",
            "https://",
            "https://a b",
            "https://a:0",
            "https://a:99999",
            "https://[::g]",
            "://a",
            "https://user@a",
        ] {
            assert!(WebOrigin::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn patterns_match_origins_as_a_whole() {
        let pattern = |text| OriginPattern::new(text).expect("legal");
        let either = pattern(r"https://a\.io|https://b\.io");
        assert!(either.matches("https://a.io") && either.matches("https://b.io"));
        for evil in ["https://a.io.evil.org", "https://evil.org/https://b.io"] {
            assert!(!either.matches(evil), "{evil}");
        }
        for bad in ["(", "a)(b", "*", "(?x) a # b", r"\Qa", "a(*ACCEPT)b", "[a"] {
            assert!(OriginPattern::new(bad).is_err(), "{bad}");
        }
    }
}
