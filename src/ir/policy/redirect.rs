//! What is answered with another address.

use std::fmt;

use crate::ir::{Format, Port};

/// What is answered with another address.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Redirects {
    /// Plain requests are sent to https.
    pub https: Option<HttpsRedirect>,
    /// All requests are sent to another host.
    pub host: Option<HostRedirect>,
}

/// Sends plain requests to https, on the same host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpsRedirect {
    /// The port to name; `None` names none, which means 443.
    pub port: Option<Port>,
    /// The status.
    pub code: RedirectCode,
}

/// Sends requests to another host; path and query stay.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostRedirect {
    /// `true` for https, `false` for http; `None` keeps the request's.
    pub tls: Option<bool>,
    /// Host, port and what stands before the path. Checked by who makes it: nothing in it ends a host or a line.
    pub to: Format,
    /// The status.
    pub code: RedirectCode,
}

/// 301, 302, 303, 307 or 308: the codes that HAProxy redirects with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RedirectCode(u16);

impl RedirectCode {
    /// Found, 302.
    pub const FOUND: Self = Self(302);

    /// Checks `code`.
    pub fn new(code: u32) -> Option<Self> {
        let code = u16::try_from(code).ok()?;
        [301, 302, 303, 307, 308]
            .contains(&code)
            .then_some(Self(code))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for RedirectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
