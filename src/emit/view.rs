//! What the templates of `haproxy.cfg` see.
//!
//! In: the routing model. Out: text in which each line that a manifest caused ends in a mark (see [`super::lines`]).

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use askama::Template;
use askama::filters::Safe;

use super::escape::{Comment, Mark, comment, mark};
use super::maps::{Maps, NOT_FOUND, section};
use super::{EmitError, Settings, crt_list};
use crate::ir::{
    Address, Backend, BackendName, BindAddress, Endpoint, HaproxyVersion, Routing, ServerProtocol,
    ServiceRef,
};
use crate::source::Origin;

/// The whole file.
#[derive(Template)]
#[template(path = "haproxy.cfg")]
struct Config<'a> {
    header: Vec<Safe<Comment<&'a str>>>,
    target: HaproxyVersion,
    http: Vec<Bind>,
    https: Vec<Bind>,
    strict_sni: bool,
    wildcards: bool,
    resolves: bool,
    default_backend: &'a str,
    default_origin: Option<Origin>,
    backends: &'a BTreeMap<BackendName, Backend>,
}

/// Renders the file, with marks.
///
/// A bundle without a listener is an error, because HAProxy would not start.
pub(super) fn render(
    routing: &Routing,
    maps: &Maps,
    settings: &Settings,
) -> Result<String, EmitError> {
    let binds = |addresses: &[BindAddress]| addresses.iter().copied().map(Bind).collect();
    let tls = crt_list::offers_any(&routing.certificates);
    let servers = routing
        .backends
        .values()
        .flat_map(|backend| &backend.servers);
    let config = Config {
        header: settings
            .header
            .iter()
            .map(|line| comment(line.as_str()))
            .collect(),
        target: settings.target,
        http: binds(&routing.listeners.http),
        https: if tls {
            binds(&routing.listeners.https)
        } else {
            Vec::new()
        },
        strict_sni: routing.certificates.default.is_none(),
        wildcards: !maps.wild.is_empty(),
        resolves: servers.clone().any(|server| is_name(&server.endpoint)),
        default_backend: routing
            .default
            .as_ref()
            .map_or(NOT_FOUND, |claim| section(&claim.target)),
        default_origin: routing.default.as_ref().map(|claim| claim.origin),
        backends: &routing.backends,
    };
    if config.http.is_empty() && config.https.is_empty() {
        return Err(EmitError::NoListener);
    }
    let mut out =
        String::with_capacity(8_192 + routing.backends.len() * 160 + servers.count() * 96);
    config
        .render_into(&mut out)
        .map_err(|_| EmitError::Unprintable)?;
    out.push('\n');
    Ok(out)
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Config<'_> {
    fn at(&self, origin: &Origin) -> Safe<Mark> {
        mark(*origin)
    }

    fn note<'b>(&self, service: &'b ServiceRef) -> Safe<Comment<&'b ServiceRef>> {
        comment(service)
    }

    fn address<'b>(&self, endpoint: &'b Endpoint) -> ServerAddress<'b> {
        ServerAddress(endpoint)
    }

    fn is_name(&self, endpoint: &Endpoint) -> bool {
        is_name(endpoint)
    }
}

fn is_name(endpoint: &Endpoint) -> bool {
    matches!(endpoint.address, Address::Name(_))
}

/// The address of a `bind` line.
///
/// Every address means two sockets and not one with `v4v6`: through that one, IPv4 clients come as `::ffff:192.0.2.1`, which
/// then stands in `X-Forwarded-For` and in the log. A host whose kernel knows no IPv6 needs `0.0.0.0:80`.
struct Bind(BindAddress);

impl Bind {
    /// Whether the IPv6 socket must be kept from taking the IPv4 addresses too, which else depends on the host.
    fn needs_v6only(&self) -> bool {
        match self.0 {
            BindAddress::Any(_) => true,
            BindAddress::One(address) => address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        }
    }
}

impl fmt::Display for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            BindAddress::Any(port) => write!(f, "*:{port},[::]:{port}"),
            BindAddress::One(address) => write!(f, "{address}"),
        }
    }
}

/// The address of a `server` line.
struct ServerAddress<'a>(&'a Endpoint);

impl fmt::Display for ServerAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Endpoint { address, port } = self.0;
        match address {
            Address::Ip(ip) => write!(f, "{}", SocketAddr::new(*ip, port.get())),
            Address::Name(name) => write!(f, "{name}:{port}"),
        }
    }
}
