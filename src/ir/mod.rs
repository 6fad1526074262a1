//! The validated routing model: what HAProxy is to do, and nothing about how manifests say it.
//!
//! Pure data. Everything that reaches the configuration has a type whose only constructor checks it, so an illegal value
//! cannot be represented. Every setting remembers its [`Origin`](crate::source::Origin).

mod condition;
mod discovery;
pub mod global;
mod hex;
mod log_format;
mod names;
mod pattern;
pub mod policy;
mod process;
pub(crate) mod raw_line;
mod routing;
mod sample;
pub(crate) mod secret;
mod server;
mod server_id;
mod tcp;
mod version;
pub(crate) mod words;

pub use condition::{Against, Comparison, Condition, ConditionError, Test, TextMatch};
pub use discovery::{ClusterDns, NodeAddressType, Nodes};
pub use global::Global;
pub(crate) use hex::hex;
pub use log_format::{Flags, LogFormat, LogFormatError, LogFormatMistake, LogPiece};
pub use names::{BackendName, ClusterName, FileStem, ResolversName, ServerName};
pub use pattern::{HostPattern, PathMatch, PathPattern, PatternError};
pub use policy::{
    Allowed, BasicAuth, Cors, Field, HashError, Method, Millis, OriginPattern, Origins,
    PasswordHash, Policy, PolicyName, PolicySection, Realm, Setting, UserName, Userlist, WebOrigin,
};
pub use process::{Layout, Peer, PeerName, Process, SocketPath};
pub use raw_line::RawLine;
pub use routing::{
    Alternative, Backend, BindAddress, Certificate, Certificates, Claim, CoveredHosts, Host,
    HostId, Listeners, PathRule, Pem, PemFile, Routing, ServiceRef, Target,
};
pub use sample::{Call, Format, HeaderName, Moment, Piece, Sample, SampleError};
pub use server::{
    Address, Check, CheckPath, Endpoint, Fqdn, HealthCheck, Nameserver, Port, Resolver, Resolvers,
    Server, ServerProtocol, ServiceRecord, Weight,
};
pub use server_id::ServerId;
pub(crate) use tcp::port_number;
pub use tcp::{
    AcceptProxy, ClientSide, ListenerName, PortKey, PortRange, ProtocolName, TcpAsked,
    TcpCertificates, TcpCriterion, TcpListener, TcpRule, TcpTest, Termination, Wanted,
};
pub use version::HaproxyVersion;
