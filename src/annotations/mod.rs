//! Annotations of all dialects: one registry that knows each key, and what becomes of the keys of an object.
//!
//! In: the annotations of Ingresses and Services, and the controller's ConfigMap. Out: a [`Policy`](crate::ir::Policy) for each
//! route, what the ConfigMap decides for everything, and findings. A key is one `annotation!` entry in the file of its family, in
//! which all dialects stand side by side; documentation, suggestions and tests come from the entries alone.
//!
//! A protecting setting that cannot be honoured closes its routes; nothing here opens what a manifest wants closed.

mod context;
mod disagreement;
mod draft;
mod dropped;
mod formats;
mod given;
mod global;
mod grammar;
mod guarding;
mod page;
mod policies;
mod quoting;
mod registry;
mod schema;
mod spec;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod together;
mod unnamed;
mod unrouted;

mod access;
mod addresses;
mod affinity;
mod auth;
mod balance;
mod capture;
mod client_tls;
mod connections;
mod cors;
mod error_files;
mod exposure;
mod headers;
mod health;
mod limits;
mod logging;
mod process;
mod proxy_protocol;
mod rate_limit;
mod redirect;
mod resources;
mod rewrite;
mod routing;
mod secrets;
mod server_tls;
mod snippets;
mod tcp;
mod tcp_ingress;
mod tcp_services;
mod tcp_tls;
mod timeouts;

pub use context::{Profile, Settings};
pub(crate) use draft::Draft;
pub(crate) use exposure::{Exposure, Fixed, Ports, Wish};
pub(crate) use global::global;
pub use grammar::{GrammarInfo, Problem};
pub(crate) use guarding::{Guards, has_word as has_guarding_word};
pub(crate) use limits::no_empty_servers;
pub use page::{matrix, named};
pub(crate) use policies::{Answer, Installation, Policies};
pub use registry::{FAMILIES, Family, all, find};
pub(crate) use resources::expand_all;
pub(crate) use schema::schema;
pub use spec::{Alias, Dialect, On, Protects, Scope, Spec, Support};
pub(crate) use tcp::{Answer as OfPort, BackupService, retell, unheard};
pub(crate) use tcp_ingress::{Answer as OfTcpIngress, is_own as is_of_tcp_ingress, is_tcp};
pub use tcp_services::MapFormat;
pub(crate) use tcp_services::{
    Entry, Servers, Tls, tcp_candidates, tcp_services, unnamed_tcp_services,
};
pub(crate) use unnamed::candidates as unnamed_config_maps;
pub(crate) use unrouted::unrouted;
