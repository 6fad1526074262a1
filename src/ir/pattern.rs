//! What a request is matched against: host names and paths, in the form in which they become map keys.

use std::fmt;

/// Why a host or path cannot be routed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(pub &'static str);

/// A host name, exact or `*.` and a suffix, where the star stands for exactly one label.
///
/// Grammar: RFC 1123 labels in lower case, 253 bytes at most. Sorted by its text without the star.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPattern {
    name: String,
    wildcard: bool,
}

impl HostPattern {
    /// Checks `text` as the API server checks `spec.rules[].host`.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let (wildcard, name) = match text.strip_prefix("*.") {
            Some(suffix) => (true, suffix),
            None => (false, text),
        };
        if text.len() > 253 {
            return Err(PatternError("longer than 253 characters"));
        }
        for label in name.split('.') {
            if label.is_empty() {
                return Err(PatternError("an empty label"));
            }
            if label.starts_with('-') || label.ends_with('-') {
                return Err(PatternError("a label that starts or ends with `-`"));
            }
            if !label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            {
                return Err(PatternError(
                    "a character other than `a-z`, `0-9`, `-` and `.`",
                ));
            }
        }
        if !wildcard && name.parse::<std::net::Ipv4Addr>().is_ok() {
            return Err(PatternError("an IP address, where a name belongs"));
        }
        Ok(Self {
            name: name.to_owned(),
            wildcard,
        })
    }

    /// The name without `*.`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it starts with `*.`.
    pub fn is_wildcard(&self) -> bool {
        self.wildcard
    }

    /// The wildcard that covers this name: `*.example.com` for `a.example.com`. A wildcard has none.
    pub fn wildcard(&self) -> Option<Self> {
        let (_, above) = self.name.split_once('.').filter(|_| !self.wildcard)?;
        Self::new(&format!("*.{above}")).ok()
    }

    /// Whether a normalised host (lower case, no port, no trailing dot) is meant.
    pub fn matches(&self, host: &str) -> bool {
        if self.wildcard {
            host.split_once('.')
                .is_some_and(|(label, rest)| !label.is_empty() && rest == self.name)
        } else {
            host == self.name
        }
    }

    /// Whether every host that `other` means is meant by `self`: `*.foo.com` covers `a.foo.com` and itself.
    pub fn covers(&self, other: &Self) -> bool {
        self == other || (!other.wildcard && self.matches(&other.name))
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.wildcard {
            f.write_str("*.")?;
        }
        f.write_str(&self.name)
    }
}

/// How a path is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathMatch {
    /// The whole path, byte for byte.
    Exact,
    /// By elements between slashes: `/foo` means `/foo`, `/foo/` and `/foo/bar`.
    Prefix,
    /// As text: `/foo` means `/foobar` too. What some controllers make of `ImplementationSpecific`.
    Begins,
}

/// A path that a request can have, and how it is compared.
///
/// Grammar: starts with `/`; visible ASCII without `?` and `#`, because HAProxy refuses every other request target. The
/// trailing slash of a Prefix is dropped (`/foo/` is `/foo`), that of an Exact path is kept, and a Begins path loses all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathPattern {
    text: String,
    kind: PathMatch,
}

impl PathPattern {
    /// Checks `text`. An empty one stands for `/`.
    pub fn new(kind: PathMatch, text: &str) -> Result<Self, PatternError> {
        if !text.is_empty() && !text.starts_with('/') {
            return Err(PatternError("it does not start with `/`"));
        }
        if text.bytes().any(|b| !b.is_ascii_graphic()) {
            return Err(PatternError(
                "a space, control character or non-ASCII letter, which no request path can hold",
            ));
        }
        if text.contains(['?', '#']) {
            return Err(PatternError("`?` or `#`, which end the path of a request"));
        }
        // A map line must fit HAProxy's buffer (tune.bufsize, 16 KiB), and so must the request line that it is to match.
        if text.len() > 8192 {
            return Err(PatternError("longer than a request line can be"));
        }
        let text = match kind {
            PathMatch::Prefix => text.strip_suffix('/').unwrap_or(text),
            PathMatch::Begins => text.trim_end_matches('/'),
            PathMatch::Exact if text.is_empty() => "/",
            PathMatch::Exact => text,
        };
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }

    /// The path of everything below the root.
    pub fn root() -> Self {
        Self {
            text: String::new(),
            kind: PathMatch::Prefix,
        }
    }

    /// How it is compared.
    pub fn kind(&self) -> PathMatch {
        self.kind
    }

    /// The text that is compared; empty for the root, unless it is Exact.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the path of a request (no query) is meant.
    pub fn matches(&self, path: &str) -> bool {
        match self.kind {
            PathMatch::Exact => path == self.text,
            PathMatch::Prefix => path
                .strip_prefix(&self.text)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            PathMatch::Begins => path.starts_with(&self.text),
        }
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.text.is_empty() {
            "/"
        } else {
            &self.text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_label() {
        let wildcard = HostPattern::new("*.foo.com").expect("legal");
        assert!(wildcard.matches("bar.foo.com"));
        for other in ["foo.com", "baz.bar.foo.com", ".foo.com", "xfoo.com", ""] {
            assert!(!wildcard.matches(other), "{other}");
        }
    }

    #[test]
    fn illegal_hosts_are_refused() {
        for bad in [
            "",
            "*",
            "*foo.com",
            "foo.*.com",
            "Foo.com",
            "foo.com:80",
            "foo.com.",
            "a..b",
            "-a.b",
            "a_b.c",
            "10.0.0.1",
            "foo.com\n",
            "f oo",
            "*.*.com",
            "foo.com/x",
        ] {
            assert!(HostPattern::new(bad).is_err(), "{bad:?}");
        }
        assert!(HostPattern::new("localhost").is_ok());
    }

    #[test]
    fn a_prefix_is_compared_by_elements() {
        let prefix = PathPattern::new(PathMatch::Prefix, "/aaa/bb/").expect("legal");
        for path in ["/aaa/bb", "/aaa/bb/", "/aaa/bb/c", "/aaa/bb//"] {
            assert!(prefix.matches(path), "{path}");
        }
        for path in ["/aaa/bbb", "/aaa", "/AAA/bb", "//aaa/bb"] {
            assert!(!prefix.matches(path), "{path}");
        }
        assert!(PathPattern::root().matches("/x"));
    }

    #[test]
    fn paths_that_no_request_has_are_refused() {
        for bad in ["foo", "/a b", "/a\nb", "/a?b", "/a#b", "/ä", "/\0"] {
            assert!(PathPattern::new(PathMatch::Prefix, bad).is_err(), "{bad:?}");
        }
        for odd in ["/$HOME", "/%[src]", "/\"'\\", "/a+(b)[c]{}"] {
            assert!(PathPattern::new(PathMatch::Exact, odd).is_ok(), "{odd:?}");
        }
    }
}
