//! What the controllers' ConfigMap decides for the process and for all connections.

mod client_tls;
mod connections;
mod error_pages;
mod logging;
mod process;
mod snippets;
mod timeouts;

use std::collections::BTreeMap;

pub use client_tls::*;
pub use connections::*;
pub use error_pages::*;
pub use logging::*;
pub use process::*;
pub use snippets::*;
pub use timeouts::*;

use super::policy::{AddressList, Field};
use crate::source::Origin;

/// What holds for every connection, where manifests say something about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Global {
    /// The Service that answers when no rule does, namespace and name.
    pub default_service: Option<[String; 2]>,
    /// Connections, threads, the end of old processes.
    pub process: ProcessLimits,
    /// What is logged, and where to.
    pub logging: Logging,
    /// How long is waited.
    pub timeouts: GlobalTimeouts,
    /// How clients are spoken to over TLS.
    pub client_tls: ClientTls,
    /// PROXY protocol, QUIC, keep-alive.
    pub connections: Connections,
    /// The proxies whose connections begin with the PROXY protocol; nobody's when `None`.
    pub proxy_protocol: Option<AddressList>,
    /// Answers of HAProxy's own in other words.
    pub error_pages: ErrorPages,
    /// Raw lines, as far as the configuration allows them.
    pub snippets: GlobalSnippets,
    /// A setting that protects every route cannot be honoured, so that all of them are closed.
    pub closed: bool,
    /// Where each setting was written.
    pub origins: BTreeMap<Field, Origin>,
}
