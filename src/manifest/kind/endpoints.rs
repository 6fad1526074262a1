//! Legacy Endpoints.
//!
//! Source: `pkg/apis/core/validation`, `ValidateEndpoints`.

use std::net::IpAddr;

use super::{Context, core, port};
use crate::finding::Code;
use crate::manifest::grammar;
use crate::manifest::intern::placement;
use crate::manifest::model::{Endpoint, EndpointPort, EndpointSubset, Endpoints, Meta};
use crate::manifest::place::Place;
use crate::manifest::remarks::Remarks;

const CODE: Code = Code::INVALID_ENDPOINTS;

pub(super) fn read(
    object: core::Endpoints,
    meta: Meta,
    context: &Context<'_, '_, '_>,
) -> Endpoints {
    let subsets = object
        .subsets
        .unwrap_or_default()
        .into_iter()
        .zip(context.root.child("subsets").items())
        .map(|(subset, place)| read_subset(subset, &place, context.remarks))
        .collect();
    Endpoints { meta, subsets }
}

fn read_subset(
    subset: core::EndpointSubset,
    place: &Place<'_, '_>,
    remarks: &Remarks<'_>,
) -> EndpointSubset {
    let ready = subset.addresses.unwrap_or_default();
    let not_ready = subset.not_ready_addresses.unwrap_or_default();
    if ready.is_empty() && not_ready.is_empty() {
        remarks.at(
            &place.child("addresses"),
            CODE,
            "a subset",
            "has no addresses",
            "add `addresses`, or remove the subset",
        );
    }
    let mut endpoints = Vec::with_capacity(ready.len() + not_ready.len());
    for (field, list, ready) in [
        ("addresses", ready, true),
        ("notReadyAddresses", not_ready, false),
    ] {
        let field = place.child(field);
        let read = |(address, place): (core::EndpointAddress, Place<'_, '_>)| {
            read_address(address, ready, &place, remarks)
        };
        endpoints.extend(list.into_iter().zip(field.items()).filter_map(read));
    }
    let list = place.child("ports");
    let written = subset.ports.unwrap_or_default();
    let port_names = written.iter().map(|port| port.name.as_deref());
    port::check_names(&list, port_names, false, CODE, remarks);
    let ports = written
        .into_iter()
        .zip(list.items())
        .filter_map(|(port, place)| read_port(port, &place, remarks))
        .collect();
    EndpointSubset { endpoints, ports }
}

fn read_address(
    address: core::EndpointAddress,
    ready: bool,
    place: &Place<'_, '_>,
    remarks: &Remarks<'_>,
) -> Option<Endpoint> {
    let place = place.child("ip");
    if !place.is_set() || place.is_container() {
        return None;
    }
    let text = address.ip;
    if text.parse::<IpAddr>().is_err() && !grammar::template(&place, "an address", &text, remarks) {
        remarks.at(
            &place,
            CODE,
            format_args!("address `{text}`"),
            "is not an IP address",
            "write an IPv4 or IPv6 address",
        );
    }
    Some(Endpoint {
        address: place.sourced(text),
        ready,
        serving: ready,
        terminating: false,
        placement: placement(address.node_name, None),
    })
}

fn read_port(
    port: core::EndpointPort,
    place: &Place<'_, '_>,
    remarks: &Remarks<'_>,
) -> Option<EndpointPort> {
    let number = port::number(&place.child("port"), port.port, CODE, remarks)?;
    Some(EndpointPort {
        origin: place.origin(),
        name: port.name.unwrap_or_default(),
        port: Some(number),
        protocol: port::protocol(place, port.protocol.as_deref(), CODE, remarks),
        app_protocol: port::app_protocol(place, port.app_protocol, CODE, remarks),
    })
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::{check_rows, object, read_files};

    #[test]
    fn what_the_api_server_refuses() {
        check_rows(
            "v1",
            "Endpoints",
            &[
                (
                    "subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]",
                    &[],
                ),
                (
                    "subsets: [{ports: [{port: 80}]}]",
                    &["ING117 subsets[0].addresses | ports"],
                ),
                (
                    "subsets: [{addresses: [{}]}]",
                    &["ING120 subsets[0].addresses[0].ip | {}"],
                ),
                (
                    "subsets: [{addresses: [{ip: a}]}]",
                    &["ING117 subsets[0].addresses[0].ip | a"],
                ),
                (
                    "subsets: [{addresses: [{ip: '::1'}], ports: [{port: 0}]}]",
                    &["ING117 subsets[0].ports[0].port | 0"],
                ),
                (
                    "subsets: [{addresses: [{ip: '::1'}], ports: [{port: 1}, {port: 2, name: a}]}]",
                    &["ING117 subsets[0].ports[0].name | port: 1"],
                ),
            ],
        );
    }

    #[test]
    fn addresses_that_are_not_ready_follow_the_ready_ones() {
        let text = "subsets: [{notReadyAddresses: [{ip: 10.0.0.2, nodeName: n}], addresses: [{ip: 10.0.0.1}]}]";
        let (_, manifests, _) = read_files(&[("a.yaml", &object("v1", "Endpoints", text))]);
        let endpoints = &manifests
            .endpoints
            .values()
            .next()
            .expect("Endpoints")
            .subsets[0]
            .endpoints;
        let found: Vec<_> = endpoints
            .iter()
            .map(|to| (to.address.value.as_str(), to.ready, to.node()))
            .collect();
        assert_eq!(
            found,
            [("10.0.0.1", true, None), ("10.0.0.2", false, Some("n"))]
        );
    }
}
