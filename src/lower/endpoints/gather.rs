//! Addresses and their conditions, from slices and from legacy Endpoints, and the choice among them.
//!
//! In: the objects of one Service. Out: endpoints with their place. Ports are resolved per slice, because pods may give one
//! named port different numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::ir::{self, Address, Fqdn, Port};
use crate::manifest::{
    AddressType, Endpoint, EndpointPort, EndpointSlice, Endpoints, IpFamily, ObjectName, Protocol,
    Service, ServicePort, TargetPort,
};
use crate::source::Origin;

/// Some endpoints with the ports that hold for all of them.
pub(super) struct Group<'m> {
    /// The object they stand in.
    owner: (&'static str, &'m ObjectName),
    /// Where the name of that object stands.
    origin: Origin,
    address_type: Option<AddressType>,
    ports: &'m [EndpointPort],
    endpoints: &'m [Endpoint],
}

pub(super) fn of_slice(slice: &EndpointSlice) -> Group<'_> {
    Group {
        owner: ("EndpointSlice", &slice.meta.name),
        origin: slice.meta.origin,
        address_type: Some(slice.address_type),
        ports: &slice.ports,
        endpoints: &slice.endpoints,
    }
}

pub(super) fn of_endpoints(object: &Endpoints) -> impl Iterator<Item = Group<'_>> {
    object.subsets.iter().map(|subset| Group {
        owner: ("Endpoints", &object.meta.name),
        origin: object.meta.origin,
        address_type: None,
        ports: &subset.ports,
        endpoints: &subset.endpoints,
    })
}

/// An address's conditions and place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'m> {
    pub(super) ready: bool,
    /// Terminating, but still answering (KEP-1669).
    pub(super) draining: bool,
    pub(super) zone: Option<&'m str>,
    pub(super) origin: Origin,
    pub(super) owner: (&'static str, &'m ObjectName),
}

/// What the groups of a Service say about one port.
#[derive(Debug, Default)]
pub(super) struct Found<'m> {
    pub(super) places: BTreeMap<ir::Endpoint, Place<'m>>,
    /// The family of the first address.
    first: Option<Family>,
    /// Endpoints stood in groups without this port: the place of one.
    pub(super) port_missing: Option<Origin>,
    /// A group says "all ports", and the target port is a name: the place of the group's port.
    pub(super) unresolved: Option<Origin>,
    /// A group has no address: the kind of its object, and the place of that.
    pub(super) empty: Option<(&'static str, Origin)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    V4,
    V6,
    Name,
}

impl Family {
    fn of(address: &Address) -> Self {
        match address {
            Address::Ip(IpAddr::V4(_)) => Self::V4,
            Address::Ip(IpAddr::V6(_)) => Self::V6,
            Address::Name(_) | Address::Service(_) => Self::Name,
        }
    }
}

impl Found<'_> {
    pub(super) fn ready(&self) -> BTreeSet<&ir::Endpoint> {
        self.places
            .iter()
            .filter(|(_, place)| place.ready)
            .map(|(endpoint, _)| endpoint)
            .collect()
    }
}

pub(super) fn gather<'m>(
    service: &Service,
    port: &ServicePort,
    groups: impl Iterator<Item = Group<'m>>,
) -> Found<'m> {
    let mut found = Found::default();
    for group in groups {
        let Some(first) = group.endpoints.first() else {
            found.empty.get_or_insert((group.owner.0, group.origin));
            continue;
        };
        let mut matching = group
            .ports
            .iter()
            .filter(|candidate| candidate.name == port.name && candidate.protocol == Protocol::Tcp)
            .peekable();
        if matching.peek().is_none() {
            found.port_missing = Some(
                group
                    .ports
                    .first()
                    .map_or(first.address.origin, |port| port.origin),
            );
        }
        for candidate in matching {
            let number = match (candidate.port, &port.target) {
                (Some(number), _) | (None, &TargetPort::Number(number)) => number,
                (None, TargetPort::Name(_)) => {
                    found.unresolved.get_or_insert(candidate.origin);
                    continue;
                }
            };
            if let Some(number) = Port::new(number) {
                found.add(service, &group, number);
            }
        }
    }
    found
}

impl<'m> Found<'m> {
    /// An illegal address has its finding already and is left out.
    fn add(&mut self, service: &Service, group: &Group<'m>, port: Port) {
        for endpoint in group.endpoints {
            let Some(address) = address(&endpoint.address.value, group.address_type) else {
                continue;
            };
            self.first.get_or_insert(Family::of(&address));
            let place = Place {
                ready: endpoint.ready || service.publish_not_ready,
                draining: endpoint.serving && endpoint.terminating,
                zone: endpoint.zone(),
                origin: endpoint.address.origin,
                owner: group.owner,
            };
            // The same pod may stand in two slices while it moves: the copy that is ready counts.
            self.places
                .entry(ir::Endpoint { address, port })
                .and_modify(|known| {
                    if (place.ready, place.draining) > (known.ready, known.draining) {
                        *known = place;
                    }
                })
                .or_insert(place);
        }
    }
}

fn address(text: &str, address_type: Option<AddressType>) -> Option<Address> {
    match address_type {
        Some(AddressType::Fqdn) => Fqdn::new(text).ok().map(Address::Name),
        Some(AddressType::Ipv4) => text.parse().ok().map(|ip| Address::Ip(IpAddr::V4(ip))),
        Some(AddressType::Ipv6) => text.parse().ok().map(|ip| Address::Ip(IpAddr::V6(ip))),
        None => text.parse().ok().map(Address::Ip),
    }
}

/// One family, because dual stack lists the same pods twice: the Service's first, the others only when it has nobody.
/// The ready ones; when there is none, those that are terminating but still serve (KEP-1669).
pub(super) fn choose<'m>(service: &Service, found: &Found<'m>) -> Vec<(ir::Endpoint, Place<'m>)> {
    let preferred = match service.ip_families.first() {
        Some(IpFamily::V4) => Some(Family::V4),
        Some(IpFamily::V6) => Some(Family::V6),
        None => found.first.filter(|&family| family != Family::Name),
    };
    let mut families: Vec<Family> = preferred.into_iter().collect();
    families.extend([Family::V4, Family::V6, Family::Name]);
    let usable: [fn(&Place<'_>) -> bool; 2] = [|place| place.ready, |place| place.draining];
    for wanted in usable {
        for &family in &families {
            let chosen: Vec<_> = found
                .places
                .iter()
                .filter(|(endpoint, place)| {
                    Family::of(&endpoint.address) == family && wanted(place)
                })
                .map(|(endpoint, &place)| (endpoint.clone(), place))
                .collect();
            if !chosen.is_empty() {
                return chosen;
            }
        }
    }
    Vec::new()
}
