//! The places where an item listens.
//!
//! In: `binds`, a list in version 1 of the resource and a mapping by name in version 3. Out: groups of addresses whose connections are met in the same way. HAProxy's `bind` lines have TLS and PROXY
//! each for themselves; a listener here has them for all its addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::World;
use super::cursor::{Cursor, Remarks, cut};
use super::fields::{Of, check};
use super::tls;
use crate::finding::{Code, Severity};
use crate::ir::{BindAddress, PemFile, Port, ProtocolName, TcpCertificates, Termination};
use crate::manifest::ResourceValue;
use crate::source::{Origin, Sourced};

/// Addresses whose connections are met in the same way.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) addresses: Vec<Sourced<BindAddress>>,
    pub(super) tls: Option<Termination>,
    /// Connections begin with a PROXY header.
    pub(super) proxy: bool,
    /// Nobody may connect: what was to protect it cannot be honoured.
    pub(super) closed: bool,
}

struct Bind {
    address: BindAddress,
    /// `::`, which takes IPv4 connections that no other address takes.
    dual: bool,
    origin: Origin,
    tls: Option<Termination>,
    proxy: bool,
    closed: bool,
}

/// Reads `binds`, in the order in which they are written. `by_port`: ports are told apart, because a rule does.
pub(super) fn read(
    at: &Cursor<'_>,
    by_port: bool,
    world: &World<'_, '_, '_>,
    remarks: &mut Remarks,
) -> Vec<Group> {
    let binds: Vec<Bind> = listed(at, world, remarks)
        .into_iter()
        .filter_map(|bind| {
            // A mistake closes the bind that it is in, and no other.
            let before = std::mem::take(&mut remarks.closes);
            let read = one(&bind, world, remarks);
            let closed = std::mem::replace(&mut remarks.closes, before);
            read.map(|bind| Bind { closed, ..bind })
        })
        .collect();
    group(binds, by_port)
}

/// The binds one by one. What the API server does not take in the version is told, and is read: there is one way to understand it.
fn listed<'r>(
    at: &Cursor<'r>,
    world: &World<'_, '_, '_>,
    remarks: &mut Remarks,
) -> Vec<Cursor<'r>> {
    let (binds, in_v1): (Vec<_>, bool) = match at.value {
        ResourceValue::List(_) => (at.items().collect(), true),
        ResourceValue::Map(_) => (at.entries().map(|(_, bind)| bind).collect(), false),
        _ => {
            let wanted = if world.is_v1 { "a list" } else { "a mapping" };
            let what = format!("is no place to listen on, where {wanted} of binds belongs");
            let help = format!("write {wanted} of binds, each with a `port`");
            remarks.closed(Code::WRONG_TYPE, at, &what, &help);
            return Vec::new();
        }
    };
    if in_v1 != world.is_v1 && !binds.is_empty() {
        let (what, help) = if world.is_v1 {
            (
                "is a mapping, which version 3 of the resource has",
                "write a list of binds, each with its `name`, or `apiVersion: ingress.v3.haproxy.org/v3`",
            )
        } else {
            (
                "is a list, which version 1 of the resource has",
                "write a mapping of names to binds, or `apiVersion: ingress.v1.haproxy.org/v1`",
            )
        };
        let finding = remarks.about(Code::WRONG_TYPE, at, what);
        let finding = finding.severity(Severity::Warning).help(help);
        remarks
            .findings
            .push(finding.note("it is read; a cluster does not take it"));
    }
    binds
}

fn one(at: &Cursor<'_>, world: &World<'_, '_, '_>, remarks: &mut Remarks) -> Option<Bind> {
    if !remarks.map(at) {
        return None;
    }
    check(Of::Bind, at, remarks);
    let Some(number) = at.field("port") else {
        remarks.missing("port", at);
        return None;
    };
    let port = remarks.number(&number, &(1..=65_535));
    let port = port.and_then(|port| Port::new(u16::try_from(port).ok()?))?;
    if let Some(last) = at.field("port-range-end") {
        let end = remarks.number(&last, &(1..=65_535))?;
        if end != u64::from(port.get()) {
            remarks.closed(
                Code::INVALID_TCP_SERVICE,
                &last,
                "opens a range of ports, and a port of a TCP service is one port",
                "write a bind for each port that is to be open",
            );
            return None;
        }
    }
    let ip = address(at, remarks)?;
    let only_v6 = at.field("v6only").and_then(|flag| remarks.flag(&flag));
    if let Some(both) = at.field("v4v6") {
        remarks.flag(&both);
    }
    let proxy = at
        .field("accept_proxy")
        .and_then(|flag| remarks.flag(&flag));
    Some(Bind {
        address: BindAddress::One(SocketAddr::new(ip, port.get())),
        dual: ip == Ipv6Addr::UNSPECIFIED && only_v6 != Some(true),
        origin: number.origin,
        tls: tls::read(at, world, remarks),
        proxy: proxy == Some(true),
        closed: false,
    })
}

/// Every IPv4 address where nothing is said, as in HAProxy (manual, `bind`).
fn address(bind: &Cursor<'_>, remarks: &mut Remarks) -> Option<IpAddr> {
    let Some(at) = bind.field("address") else {
        return Some(Ipv4Addr::UNSPECIFIED.into());
    };
    let text = remarks.text(&at)?;
    if matches!(text, "" | "*") {
        return Some(Ipv4Addr::UNSPECIFIED.into());
    }
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let ip = bare.unwrap_or(text).parse().ok();
    if ip.is_none() {
        let what = format!("is `{}`, which is no IP address", cut(text));
        let help = "write an IP address, `*` for every IPv4 address, or `::` for every address";
        remarks.closed(Code::INVALID_TCP_SERVICE, &at, &what, help);
    }
    ip
}

type Key = (bool, bool, Option<Port>, Option<TlsKey>);
type TlsKey = (Option<PemFile>, Option<(PemFile, bool)>, Vec<ProtocolName>);

/// What tells two terminations apart.
fn key(tls: &Termination) -> TlsKey {
    let certificate = match &tls.certificates {
        TcpCertificates::Own { default, .. } => default.clone(),
        TcpCertificates::Shared => None,
    };
    let clients = tls.clients.as_ref();
    let clients = clients.map(|clients| (clients.file.clone(), clients.optional));
    (certificate, clients, tls.alpn.clone())
}

fn group(binds: Vec<Bind>, by_port: bool) -> Vec<Group> {
    // The kernel gives an IPv4 connection to the socket that is of IPv4.
    let every_v4 = |bind: &Bind| match bind.address {
        BindAddress::One(address) => address.ip() == Ipv4Addr::UNSPECIFIED,
        BindAddress::Any(_) => false,
    };
    let ports: BTreeSet<u16> = binds
        .iter()
        .filter(|bind| every_v4(bind))
        .map(|bind| bind.address.port())
        .collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    let mut placed: BTreeSet<(usize, BindAddress)> = BTreeSet::new();
    for bind in binds {
        let number = bind.address.port();
        let address = match Port::new(number) {
            Some(port) if bind.dual && !ports.contains(&number) => BindAddress::Any(port),
            _ => bind.address,
        };
        let port = Port::new(number).filter(|_| by_port);
        let key = (bind.closed, bind.proxy, port, bind.tls.as_ref().map(key));
        let index = *known.entry(key).or_insert(groups.len());
        if index == groups.len() {
            groups.push(Group {
                addresses: Vec::new(),
                tls: bind.tls,
                proxy: bind.proxy,
                closed: bind.closed,
            });
        }
        if placed.insert((index, address)) {
            groups[index]
                .addresses
                .push(Sourced::new(address, bind.origin));
        }
    }
    groups
}
