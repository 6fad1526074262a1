//! The addresses of `bind` lines.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::ir::BindAddress;

/// The address of a `bind` line.
///
/// Every address means two sockets and not one with `v4v6`: through that one, IPv4 clients come as `::ffff:192.0.2.1`, which
/// then stands in `X-Forwarded-For` and in the log. A host whose kernel knows no IPv6 needs `0.0.0.0:80`.
pub(super) enum Bind {
    Address(BindAddress),
    /// A socket that only this host sees, on which each connection begins with a PROXY header.
    Within(String),
}

impl Bind {
    /// Whether the IPv6 socket must be kept from taking the IPv4 addresses too, which else depends on the host.
    pub(super) fn needs_v6only(&self) -> bool {
        match self {
            Self::Address(BindAddress::Any(_)) => true,
            Self::Address(BindAddress::One(address)) => {
                address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED)
            }
            Self::Within(_) => false,
        }
    }

    pub(super) fn takes_proxy(&self) -> bool {
        matches!(self, Self::Within(_))
    }
}

impl Bind {
    /// The UDP sockets beside a TCP listener: a `bind` line has addresses of one family.
    pub(super) fn quic(&self) -> Vec<QuicBind> {
        let unspecified: [IpAddr; 2] = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        match self {
            Self::Address(BindAddress::Any(port)) => {
                Vec::from(unspecified.map(|ip| QuicBind(SocketAddr::new(ip, port.get()))))
            }
            Self::Address(BindAddress::One(address)) => vec![QuicBind(*address)],
            Self::Within(_) => Vec::new(),
        }
    }
}

impl fmt::Display for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(BindAddress::Any(port)) => write!(f, "*:{port},[::]:{port}"),
            Self::Address(BindAddress::One(address)) => write!(f, "{address}"),
            Self::Within(name) => f.write_str(name),
        }
    }
}

/// The address of a `bind` line for QUIC.
pub(super) struct QuicBind(SocketAddr);

impl QuicBind {
    pub(super) fn needs_v6only(&self) -> bool {
        self.0.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED)
    }
}

impl fmt::Display for QuicBind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = if self.0.is_ipv4() { "quic4" } else { "quic6" };
        write!(f, "{family}@{}", self.0)
    }
}
