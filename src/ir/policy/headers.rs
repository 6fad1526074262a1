//! Headers that are set on the way.

use crate::ir::{Format, HeaderName};

/// Headers that are set on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Headers {
    /// Servers are not told the client's address: `X-Forwarded-For` is taken away.
    pub hides_client: bool,
    /// The `Host` that servers see; it changes no route.
    pub host: Option<Format>,
    /// Of requests, each name once.
    pub request: Vec<SetHeader>,
    /// Of responses of servers, each name once. HAProxy's own answers do not have them.
    pub response: Vec<SetHeader>,
}

impl Headers {
    /// Whether servers see another `Host` than the client's.
    pub fn sets_host(&self) -> bool {
        let is_host = |header: &SetHeader| header.name.as_str().eq_ignore_ascii_case("host");
        self.host.is_some() || self.request.iter().any(is_host)
    }

    /// Whether requests get a header whose name holds more than letters, digits and `-`. HAProxy drops those of clients.
    pub fn sets_unusual_names(&self) -> bool {
        let usual = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let mut names = self.request.iter().map(|header| header.name.as_str());
        names.any(|name| !name.bytes().all(usual))
    }
}

/// A header that replaces all of its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetHeader {
    /// Its name.
    pub name: HeaderName,
    /// Its value.
    pub value: Format,
}
