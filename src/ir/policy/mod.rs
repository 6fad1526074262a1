//! Policies: what becomes of the requests of a route, and how the servers behind it are spoken to.
//!
//! Pure values, so that two policies that say the same are one. Where each setting was written is kept beside them
//! ([`PolicySection::origins`]) and makes no difference.

mod access;
mod affinity;
mod auth;
mod balance;
mod capture;
mod cors;
mod field;
mod headers;
mod health;
mod limits;
mod mode;
mod name;
mod rate_limit;
mod redirect;
mod rewrite;
mod server_tls;
mod snippet;
mod tcp;
mod timeouts;

use std::collections::BTreeMap;

pub use access::*;
pub use affinity::*;
pub use auth::*;
pub use balance::*;
pub use capture::*;
pub use cors::*;
pub use field::Field;
pub use headers::*;
pub use health::*;
pub use limits::*;
pub use mode::*;
pub use name::PolicyName;
pub use rate_limit::*;
pub use redirect::*;
pub use rewrite::*;
pub use server_tls::*;
pub use snippet::*;
pub use tcp::*;
pub use timeouts::*;

use crate::source::{Origin, Sourced};

/// All that annotations decide about a route. The default is a route about which nothing is said.
///
/// Requests meet the families in the order of the fields, once it is known who the client is ([`Access::client_source`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Policy {
    /// What is read of a connection. Where nobody here sees requests, only what does without them is said.
    pub mode: Mode,
    /// The Ingress, `namespace/name`, that shares its backends with no other.
    pub standalone: Option<String>,
    /// What of a request is logged.
    pub capture: Capture,
    /// Who may ask.
    pub access: Access,
    /// How often a client may ask.
    pub rate_limit: Option<RateLimit>,
    /// Which pages of other sites may ask, by the browser.
    pub cors: Option<Cors>,
    /// What is answered with another address.
    pub redirect: Redirects,
    /// Who has to log in.
    pub auth: Option<BasicAuth>,
    /// Headers that are set on the way.
    pub headers: Headers,
    /// What the path becomes.
    pub rewrite: Rewrites,
    /// Which server is taken.
    pub balance: Balancing,
    /// Which clients stay with their server.
    pub affinity: Affinity,
    /// How servers are checked.
    pub health: Checks,
    /// How much a server is given.
    pub limits: Limits,
    /// How long is waited.
    pub timeouts: Timeouts,
    /// How servers are spoken to.
    pub server_tls: ServerTls,
    /// What becomes of the connections of a TCP service.
    pub tcp: TcpServers,
    /// Raw lines, as far as the configuration allows them.
    pub snippet: Snippet,
}

impl Policy {
    /// Whether nothing is said.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A policy that some route has, and where its settings were written first.
#[derive(Debug, Clone, Default)]
pub struct PolicySection {
    /// What it says.
    pub policy: Policy,
    /// Where: the first of the routes that share the policy.
    pub origins: BTreeMap<Field, Origin>,
}

/// A setting of a route, and those that lost to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What it decides.
    pub field: Field,
    /// The key as it is documented, such as `haproxy.org/allow-list`.
    pub key: String,
    /// The value as it was written.
    pub value: Sourced<String>,
    /// The same setting at places that count less, the strongest first.
    pub losers: Vec<Sourced<String>>,
}
