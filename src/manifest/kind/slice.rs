//! EndpointSlice.
//!
//! Source: `pkg/apis/discovery/validation`. The API server refuses loopback and link-local addresses, too; those have a
//! rule of their own further on, because people test with them on purpose.

use std::net::IpAddr;

use k8s_openapi::jiff::Timestamp;

use super::{Context, discovery, exact, port};
use crate::finding::Code;
use crate::manifest::decode::nearest;
use crate::manifest::grammar;
use crate::manifest::intern::placement;
use crate::manifest::model::{AddressType, Endpoint, EndpointPort, EndpointSlice, Meta};
use crate::manifest::names;
use crate::manifest::place::Place;
use crate::manifest::remarks::Remarks;

const CODE: Code = Code::INVALID_ENDPOINTS;
/// The label that joins a slice with its Service.
const SERVICE_NAME: &str = "kubernetes.io/service-name";
/// When the pods of the Service last changed. <https://kubernetes.io/docs/reference/labels-annotations-taints/>
const LAST_CHANGE: &str = "endpoints.kubernetes.io/last-change-trigger-time";
/// The label of nodes that v1beta1 copied into its `topology`.
const ZONE: &str = "topology.kubernetes.io/zone";
const MAX_ENDPOINTS: usize = 1000;
const MAX_PORTS: usize = 100;
const MAX_ADDRESSES: usize = 100;

pub(super) fn read(
    object: discovery::EndpointSlice,
    mut meta: Meta,
    context: &Context<'_, '_, '_>,
) -> EndpointSlice {
    let (root, remarks) = (context.root, context.remarks);
    let address_type = address_type(&object.address_type, &root.child("addressType"), remarks);
    let list = root.child("ports");
    let written = object.ports.unwrap_or_default();
    check_count(&list, written.len(), MAX_PORTS, "ports", remarks);
    let port_names = written.iter().map(|port| port.name.as_deref());
    port::check_names(&list, port_names, true, CODE, remarks);
    let ports = written.into_iter().zip(list.items());
    let ports = exact(ports.filter_map(|(port, place)| read_port(port, &place, remarks)));
    let list = root.child("endpoints");
    let written = object.endpoints.unwrap_or_default();
    check_count(&list, written.len(), MAX_ENDPOINTS, "endpoints", remarks);
    let endpoints = written.into_iter().zip(list.items());
    let endpoints =
        exact(endpoints.filter_map(|(endpoint, place)| {
            read_endpoint(endpoint, address_type, &place, remarks)
        }));
    let changed = changed(&meta, root);
    let service = std::mem::take(&mut meta.labels)
        .remove(SERVICE_NAME)
        .filter(|name| !name.is_empty());
    EndpointSlice {
        meta,
        service,
        address_type,
        ports,
        endpoints,
        changed,
    }
}

fn address_type(text: &str, place: &Place<'_, '_>, remarks: &Remarks<'_>) -> AddressType {
    match text {
        "IPv4" => AddressType::Ipv4,
        "IPv6" => AddressType::Ipv6,
        "FQDN" => AddressType::Fqdn,
        _ => {
            // A missing one has been reported by the decoder.
            if place.is_set() {
                let meant = nearest(text, ["IPv4", "IPv6", "FQDN"].into_iter());
                let help = format!("write `{}`", meant.unwrap_or("IPv4"));
                remarks.at(
                    place,
                    CODE,
                    format_args!("address type `{text}`"),
                    "does not exist",
                    help,
                );
            }
            AddressType::Ipv4
        }
    }
}

fn check_count(
    list: &Place<'_, '_>,
    count: usize,
    limit: usize,
    what: &str,
    remarks: &Remarks<'_>,
) {
    if count > limit {
        remarks.at_key(
            list,
            CODE,
            "",
            format_args!("has {count} {what}, the API server takes {limit}"),
            "spread them over several slices",
        );
    }
}

/// `None` when the number is illegal: a port without number would mean all ports.
fn read_port(
    port: discovery::EndpointPort,
    place: &Place<'_, '_>,
    remarks: &Remarks<'_>,
) -> Option<EndpointPort> {
    let number_place = place.child("port");
    let number = match port.port {
        _ if remarks.is_spoilt(place) => return None,
        None => None,
        Some(number) => Some(port::number(&number_place, number, CODE, remarks)?),
    };
    Some(EndpointPort {
        origin: place.origin(),
        name: port.name.unwrap_or_default(),
        port: number,
        protocol: port::protocol(place, port.protocol.as_deref(), CODE, remarks),
        app_protocol: port::app_protocol(place, port.app_protocol, CODE, remarks),
    })
}

fn read_endpoint(
    endpoint: discovery::Endpoint,
    address_type: AddressType,
    place: &Place<'_, '_>,
    remarks: &Remarks<'_>,
) -> Option<Endpoint> {
    let list = place.child("addresses");
    check_count(
        &list,
        endpoint.addresses.len(),
        MAX_ADDRESSES,
        "addresses",
        remarks,
    );
    if let Some(hostname) = endpoint.hostname.as_deref().filter(|name| !name.is_empty()) {
        let place = place.child("hostname");
        grammar::check(&place, "hostname", hostname, names::label, CODE, remarks);
    }
    for (address, place) in endpoint.addresses.iter().zip(list.items()) {
        check_address(address, address_type, &place, remarks);
    }
    let first = list.items().next().filter(|place| !place.is_container())?;
    let address = endpoint.addresses.into_iter().next()?;
    let zone = endpoint.zone.or_else(|| old_zone(place));
    let conditions = endpoint.conditions.unwrap_or_default();
    let ready = conditions.ready.unwrap_or(true);
    Some(Endpoint {
        address: first.sourced(address),
        ready,
        serving: conditions.serving.unwrap_or(ready),
        terminating: conditions.terminating.unwrap_or(false),
        placement: placement(endpoint.node_name, zone),
    })
}

/// The zone in `topology` of v1beta1, which v1 shows as `deprecatedTopology`.
fn old_zone(endpoint: &Place<'_, '_>) -> Option<String> {
    ["deprecatedTopology", "topology"]
        .into_iter()
        .find_map(|field| {
            let topology = endpoint.child(field);
            let zone = topology.child(ZONE).node()?.text()?;
            (!zone.is_empty()).then(|| zone.to_owned())
        })
}

/// When somebody last changed the slice. The controller writes the annotation when pods come and go; what has none is as old as
/// it is. A time that cannot be read is no time: annotations may hold anything.
fn changed(meta: &Meta, root: &Place<'_, '_>) -> Option<i64> {
    let seconds = |text: &str| Some(text.parse::<Timestamp>().ok()?.as_second());
    let triggered = meta.annotation(LAST_CHANGE);
    triggered
        .and_then(|annotation| seconds(&annotation.value.value))
        .or_else(|| {
            let metadata = root.child("metadata");
            seconds(metadata.child("creationTimestamp").node()?.text()?)
        })
}

fn check_address(
    address: &str,
    address_type: AddressType,
    place: &Place<'_, '_>,
    remarks: &Remarks<'_>,
) {
    let parsed = address.parse::<IpAddr>().ok();
    let (fits, what) = match address_type {
        AddressType::Ipv4 => (parsed.is_some_and(|ip| ip.is_ipv4()), "an IPv4 address"),
        AddressType::Ipv6 => (parsed.is_some_and(|ip| ip.is_ipv6()), "an IPv6 address"),
        AddressType::Fqdn => (
            address.contains('.')
                && names::subdomain(address.strip_suffix('.').unwrap_or(address)).is_ok(),
            "a domain name of two labels or more",
        ),
    };
    if !fits && !grammar::template(place, "an address", address, remarks) {
        remarks.at(
            place,
            CODE,
            format_args!("address `{address}`"),
            format_args!("is not {what}"),
            format!("write {what}, or change `addressType`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::{check_rows, object, read_files};

    const V1: &str = "discovery.k8s.io/v1";

    #[test]
    fn what_the_api_server_refuses() {
        check_rows(
            V1,
            "EndpointSlice",
            &[
                (
                    "addressType: IPv4\nendpoints: [{addresses: [10.0.0.1]}]",
                    &[],
                ),
                (
                    "addressType: IPv4\nendpoints: [{addresses: [127.0.0.1]}]",
                    &[],
                ),
                ("addressType: FQDN\nendpoints: [{addresses: [a.b]}]", &[]),
                (
                    "endpoints: [{addresses: [10.0.0.1]}]",
                    &["ING120 addressType | kind: EndpointSlice"],
                ),
                (
                    "addressType: IP\nendpoints: []",
                    &["ING117 addressType | IP"],
                ),
                (
                    "addressType: IPv4\nendpoints: [{}]",
                    &["ING120 endpoints[0].addresses | {}"],
                ),
                (
                    "addressType: IPv4\nendpoints: [{addresses: []}]",
                    &["ING120 endpoints[0].addresses | []"],
                ),
                (
                    "addressType: IPv4\nendpoints: [{addresses: ['::1']}]",
                    &["ING117 endpoints[0].addresses[0] | '::1'"],
                ),
                (
                    "addressType: IPv6\nendpoints: [{addresses: [10.0.0.1]}]",
                    &["ING117 endpoints[0].addresses[0] | 10.0.0.1"],
                ),
                (
                    "addressType: FQDN\nendpoints: [{addresses: [a]}]",
                    &["ING117 endpoints[0].addresses[0] | a"],
                ),
                (
                    "addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], hostname: A}]",
                    &["ING117 endpoints[0].hostname | A"],
                ),
                (
                    "addressType: IPv4\nports: [{port: 0}]",
                    &["ING117 ports[0].port | 0"],
                ),
                (
                    "addressType: IPv4\nports: [{name: A, port: 1}]",
                    &["ING117 ports[0].name | A"],
                ),
                (
                    "addressType: IPv4\nports: [{port: 1}, {port: 2}]",
                    &["ING117 ports[1].name | port: 2"],
                ),
                (
                    "addressType: IPv4\nports: [{port: 1}, {port: 2, name: a}]",
                    &[],
                ),
                (
                    "addressType: IPv4\nports: [{port: 1, protocol: udp}]",
                    &["ING117 ports[0].protocol | udp"],
                ),
            ],
        );
    }

    #[test]
    fn more_endpoints_than_a_slice_may_have_are_told_at_the_key() {
        let endpoints = "- {addresses: [10.0.0.1]}\n".repeat(1001);
        let text = format!("addressType: IPv4\nendpoints:\n{endpoints}");
        check_rows(
            V1,
            "EndpointSlice",
            &[(&text, &["ING117 endpoints | endpoints"])],
        );
    }

    #[test]
    fn absent_conditions_mean_ready_and_serving() {
        let text = "addressType: IPv4\nendpoints: [{addresses: [10.0.0.1]}, {addresses: [10.0.0.2], conditions: {ready: false}}, \
            {addresses: [10.0.0.3], conditions: {ready: false, serving: true, terminating: true}}]\nports: [{port: null}]";
        let (_, manifests, _) = read_files(&[("a.yaml", &object(V1, "EndpointSlice", text))]);
        let slice = manifests.slices.values().next().expect("a slice");
        let states: Vec<_> = slice
            .endpoints
            .iter()
            .map(|to| (to.ready, to.serving, to.terminating))
            .collect();
        assert_eq!(
            states,
            [
                (true, true, false),
                (false, false, false),
                (false, true, true)
            ]
        );
        assert_eq!(slice.ports[0].port, None);
        assert_eq!(slice.service, None);
    }

    #[test]
    fn nodes_and_zones_are_kept() {
        let v1 = "addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], nodeName: n, zone: z}, {addresses: [10.0.0.2]}, \
            {addresses: [10.0.0.3], deprecatedTopology: {topology.kubernetes.io/zone: y}}]";
        let old = "addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], topology: {topology.kubernetes.io/zone: x}}]";
        let places = |version: &str, rest: &str| -> Vec<(Option<String>, Option<String>)> {
            let text = object(version, "EndpointSlice", rest);
            let (_, manifests, _) = read_files(&[("a.yaml", &text)]);
            let slice = manifests.slices.into_values().next().expect("a slice");
            let place = |to: crate::manifest::Endpoint| {
                let text = |it: Option<&str>| it.map(str::to_owned);
                (text(to.node()), text(to.zone()))
            };
            slice.endpoints.into_iter().map(place).collect()
        };
        let zone = |zone: &str| (None, Some(zone.to_owned()));
        assert_eq!(
            places(V1, v1),
            [
                (Some("n".to_owned()), Some("z".to_owned())),
                (None, None),
                zone("y")
            ]
        );
        assert_eq!(places("discovery.k8s.io/v1beta1", old), [zone("x")]);
    }

    #[test]
    fn a_slice_knows_when_it_changed_if_the_cluster_said_so() {
        let rows = [
            ("", None),
            ("creationTimestamp: 1970-01-01T00:00:05Z", Some(5)),
            ("creationTimestamp: null", None),
            (
                "creationTimestamp: 1970-01-01T00:00:05Z, annotations: {endpoints.kubernetes.io/last-change-trigger-time: '1970-01-01T01:00:07.5+01:00'}",
                Some(7),
            ),
            (
                "creationTimestamp: 1970-01-01T00:00:05Z, annotations: {endpoints.kubernetes.io/last-change-trigger-time: yesterday}",
                Some(5),
            ),
        ];
        for (metadata, expected) in rows {
            let text = format!(
                "apiVersion: {V1}\nkind: EndpointSlice\nmetadata: {{name: x, {metadata}}}\naddressType: IPv4\nendpoints: []\n"
            );
            let (_, manifests, findings) = read_files(&[("a.yaml", &text)]);
            assert_eq!(findings, []);
            let slice = manifests.slices.values().next().expect("a slice");
            assert_eq!(slice.changed, expected, "{metadata}");
        }
    }

    #[test]
    fn the_old_version_had_a_topology() {
        let text = "addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], topology: {a: b}}]";
        let old = "ING103 apiVersion | discovery.k8s.io/v1beta1";
        check_rows(
            "discovery.k8s.io/v1beta1",
            "EndpointSlice",
            &[(text, &[old])],
        );
        check_rows(
            V1,
            "EndpointSlice",
            &[(text, &["ING101 endpoints[0].topology | topology"])],
        );
    }
}
