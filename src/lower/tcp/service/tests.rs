use std::collections::BTreeMap;

use super::*;
use crate::lower::testing::{World, annotation, codes, port};
use crate::lower::{Settings, lower};
use crate::manifest::{Protocol, ServicePort};

/// A Service with these ports and annotations: where each of its ports is to be, `0` for the pool; and codes.
fn ask(ports: Vec<ServicePort>, keys: &[(&str, &str)]) -> (BTreeMap<u16, u16>, Vec<String>) {
    let mut world = World::default();
    world.service("db", "orders", ports);
    let mut services = world.manifests.services.values_mut();
    let service = services.next().expect("there");
    let keys = keys.iter().map(|(key, value)| annotation(key, value));
    service.meta.annotations = keys.collect();
    let settings = Settings {
        endpoints: crate::lower::EndpointSettings {
            placeholders: true,
            ..Default::default()
        },
        ..Settings::default()
    };
    let lowered = lower(&world.manifests, &settings);
    let listeners = lowered.routing.tcp.iter();
    let placed = listeners.map(|listener| {
        let key = listener.key.as_ref().expect("a Service port has one");
        let place = match &listener.wanted {
            Wanted::Pool => 0,
            Wanted::Port(port) => port.value.get(),
            Wanted::Binds(binds) => panic!("{binds:?}"),
        };
        (key.port.get(), place)
    });
    (placed.collect(), codes(&lowered.findings))
}

fn udp(name: &str, number: u16) -> ServicePort {
    ServicePort {
        protocol: Protocol::Udp,
        ..port(name, number)
    }
}

fn two() -> Vec<ServicePort> {
    vec![port("pg", 5432), port("metrics", 9187)]
}

#[test]
fn a_number_is_a_port_of_the_service_before_it_is_one_of_the_host() {
    let one = || vec![port("pg", 5432)];
    for (ports, value, placed, code) in [
        (one(), "5432", &[(5432, 0)][..], None),
        (one(), "26145", &[(5432, 26145)], None),
        (two(), "9187", &[(9187, 0)], None),
        (two(), "26145", &[], Some("ING202")),
        (
            vec![udp("dns", 53), port("dns-tcp", 53)],
            "26145",
            &[(53, 26145)],
            None,
        ),
        (
            vec![udp("dns", 53), port("dns-tcp", 53)],
            "53",
            &[(53, 0)],
            Some("ING336"),
        ),
        (vec![udp("dns", 53)], "53", &[], Some("ING336")),
        (vec![udp("dns", 53)], "26145", &[], Some("ING336")),
        (Vec::new(), "26145", &[], Some("ING202")),
    ] {
        let (found, codes) = ask(ports, &[("ingressc/expose", value)]);
        assert_eq!(found, placed.iter().copied().collect(), "{value}");
        assert_eq!(
            codes,
            code.map(str::to_owned).into_iter().collect::<Vec<_>>(),
            "{value}"
        );
    }
}

#[test]
fn the_order_of_annotations_decides_nothing() {
    let keys = [
        ("ingressc/expose", "metrics"),
        ("ingressc/expose-port.5432", "26735"),
        ("ingressc/expose-port.pg", "26736"),
        ("ingress", "haproxy-ingress"),
        ("haproxy-ingress/metrics", "26737"),
    ];
    let expected = ask(two(), &keys);
    assert_eq!(expected.0, BTreeMap::from([(5432, 26735), (9187, 0)]));
    assert_eq!(expected.1, ["ING607", "ING607"]);
    for turn in 1..keys.len() {
        let mut turned = keys;
        turned.rotate_left(turn);
        assert_eq!(ask(two(), &turned), expected, "{turned:?}");
    }
}

#[test]
fn a_port_whose_place_cannot_be_read_is_nowhere_else() {
    for keys in [
        [
            ("ingressc/expose", "true"),
            ("ingressc/expose-port.pg", "x"),
        ],
        [("ingress", "haproxy-ingress"), ("haproxy-ingress/pg", "x")],
    ] {
        let (placed, codes) = ask(two(), &keys);
        assert_eq!(placed, BTreeMap::from([(9187, 0)]), "{keys:?}");
        assert_eq!(codes, ["ING603"], "{keys:?}");
    }
}

#[test]
fn a_value_that_cannot_be_read_leaves_nothing_to_an_allocator() {
    let keys = [
        ("ingress", "haproxy-ingress"),
        ("ingressc/expose", "pg;metrics"),
    ];
    let (placed, codes) = ask(two(), &keys);
    assert_eq!(
        (placed, codes),
        (BTreeMap::new(), vec!["ING603".to_owned()])
    );
}

#[test]
fn keys_of_others_expose_nothing_and_stay_what_they_are() {
    for (key, value) in [
        ("ingress", "nginx"),
        ("ingress", ""),
        ("haproxy-ingress/maxconn-server", "100"),
        ("haproxy-ingress/pg", "yes"),
        ("haproxy-ingress/pgg", "26735"),
        ("example.com/expose", "true"),
        ("expose", "true"),
    ] {
        assert_eq!(
            ask(two(), &[(key, value)]),
            (BTreeMap::new(), Vec::new()),
            "{key}"
        );
    }
}

#[test]
fn values_without_end_cost_no_more_than_they_are_long() {
    let ports: Vec<_> = (1..=5_000)
        .map(|number| port(&format!("p{number}"), number))
        .collect();
    let names: Vec<String> = (1..=12_000).map(|number| format!("p{number}")).collect();
    let (placed, codes) = ask(ports.clone(), &[("ingressc/expose", &names.join(","))]);
    assert_eq!(placed.len(), 5_000);
    // Of thousands of mistakes a few are told, and how many there are.
    assert_eq!(codes, ["ING202"; 8]);
    let (placed, codes) = ask(ports, &[("ingressc/expose", &"x".repeat(60_000))]);
    assert_eq!((placed.len(), codes), (0, vec!["ING603".to_owned()]));
}
