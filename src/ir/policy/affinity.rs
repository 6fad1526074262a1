//! Affinity: which clients stay with their server.

use std::fmt;

/// Which clients stay with their server.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Affinity {
    /// The cookie by which a client is known, which HAProxy sets and takes away again before the server sees it.
    pub cookie: Option<CookieName>,
}

/// The name of a cookie: an RFC 6265 token (as in RFC 9110), at most 128 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CookieName(String);

impl CookieName {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+.^_`|~-".contains(&b);
        ((1..=128).contains(&text.len()) && text.bytes().all(legal)).then(|| Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CookieName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_has_a_token_for_a_name() {
        for text in ["SERVERID", "a", "__Host-srv", "a$b"] {
            assert!(CookieName::new(text).is_some(), "{text}");
        }
        for text in [
            "",
            "a b",
            "a=b",
            "a;b",
            "a\n",
            "\"a\"",
            "ä",
            &"a".repeat(129),
        ] {
            assert_eq!(CookieName::new(text), None, "{text:?}");
        }
    }
}
