//! The validated routing model: what HAProxy is to do, and nothing about how manifests say it.
//!
//! Pure data. Everything that reaches the configuration has a type whose only constructor checks it, so an illegal value
//! cannot be represented. Every setting remembers its [`Origin`](crate::source::Origin).

mod names;
mod pattern;
mod routing;
mod version;

pub use names::{BackendName, FileStem, ServerName};
pub use pattern::{HostPattern, PathMatch, PathPattern, PatternError};
pub use routing::{
    Address, Backend, BindAddress, Certificate, Certificates, Claim, Endpoint, Fqdn, Host, HostId,
    Listeners, PathRule, Pem, Port, Routing, Server, ServerProtocol, ServiceRef, Target,
};
pub use version::HaproxyVersion;
