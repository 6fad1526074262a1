//! Checks: how servers are found to be up.

use std::fmt;

use super::Millis;

/// How servers are found to be up. What is not said is left to where the servers come from, such as readiness probes.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checks {
    /// They are not checked, and always count as up.
    pub off: bool,
    /// The time between two checks.
    pub interval: Option<Millis>,
    /// How long an answer may take.
    pub timeout: Option<Millis>,
    /// What they are asked, in place of what their probes say.
    pub http: Option<HttpCheck>,
}

/// A request that a server which is up answers with a status of 200 to 399.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpCheck {
    /// Its method.
    pub method: CheckMethod,
    /// Its target.
    pub target: CheckTarget,
    /// Its version, and with it whether a host is named.
    pub version: CheckVersion,
}

/// The method of a check. CONNECT is none: it takes no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "they are methods of RFC 9110 and RFC 5789")]
pub enum CheckMethod {
    Get,
    Head,
    Options,
    Post,
    Put,
    Patch,
    Delete,
    Trace,
}

impl CheckMethod {
    /// All methods.
    pub const ALL: [Self; 8] = [
        Self::Get,
        Self::Head,
        Self::Options,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
        Self::Trace,
    ];

    /// As it is sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Trace => "TRACE",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == text)
    }
}

impl fmt::Display for CheckMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a check asks for: a path, perhaps with a query; visible ASCII without quotes, `#` and backslashes, at most 1024 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckTarget(String);

impl CheckTarget {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_graphic() && !b"\"'#\\<>".contains(&b);
        (text.starts_with('/') && text.len() <= 1024 && text.bytes().all(legal))
            .then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for CheckTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The version of a check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckVersion {
    /// HTTP/1.0, in which nobody has to name a host.
    Http10(Option<CheckHost>),
    /// HTTP/1.1; where no host is given, it is the Service.
    Http11(Option<CheckHost>),
}

impl CheckVersion {
    /// As it is sent.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Http10(_) => "HTTP/1.0",
            Self::Http11(_) => "HTTP/1.1",
        }
    }

    /// The host that is named, where one is given.
    pub fn host(&self) -> Option<&CheckHost> {
        match self {
            Self::Http10(host) | Self::Http11(host) => host.as_ref(),
        }
    }
}

/// The `Host` of a check: letters, digits, `.`, `-` and `:`, at most 260 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckHost(String);

impl CheckHost {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b".-:".contains(&b);
        ((1..=260).contains(&text.len()) && text.bytes().all(legal)).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for CheckHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_check_sends_holds_no_line_of_its_own() {
        assert!(CheckTarget::new("/healthz?full=1&x=%20").is_some());
        for text in [
            "",
            "healthz",
            "*",
            "/a b",
            "/a\r\nHost:b",
            "/a#b",
            "/\u{e9}",
        ] {
            assert_eq!(CheckTarget::new(text), None, "{text:?}");
        }
        assert!(CheckHost::new("shop.example.com:8080").is_some());
        for text in ["", "a b", "a\r\nb", "%[env(A)]", "a/b"] {
            assert_eq!(CheckHost::new(text), None, "{text:?}");
        }
        assert_eq!(CheckMethod::parse("HEAD"), Some(CheckMethod::Head));
        assert_eq!(CheckMethod::parse("CONNECT"), None);
    }
}
