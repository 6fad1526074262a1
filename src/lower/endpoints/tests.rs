//! From Services to servers, through the whole stage.

use crate::lower::testing::{World, codes, path_to, port, ready, value};
use crate::lower::{Lowered, Settings, lower};
use crate::manifest::{
    AddressType, Endpoint, IpFamily, ObjectName, PathType::Prefix, PortRef, Service, ServiceType,
    TargetPort,
};

/// A Service `a/web` with the port `http` 80, and a rule that reaches it.
fn world() -> World {
    let mut world = World::default();
    world.service("a", "web", vec![port("http", 80)]);
    let paths = vec![path_to(Prefix, "/", "web", PortRef::Number(80))];
    world.rule("a", "x", Some("a.io"), paths);
    world
}

fn service(world: &mut World) -> &mut Service {
    world
        .manifests
        .services
        .get_mut(&ObjectName::new("a", "web"))
        .expect("made above")
}

fn run(world: &World) -> (Vec<String>, Vec<String>) {
    let Lowered {
        routing, findings, ..
    } = lower(&world.manifests, &Settings::default());
    let servers = routing
        .backends
        .values()
        .flat_map(|backend| &backend.servers);
    (
        servers.map(|server| server.name.to_string()).collect(),
        codes(&findings),
    )
}

fn not_ready(address: &str, serving: bool, terminating: bool) -> Endpoint {
    Endpoint {
        ready: false,
        serving,
        terminating,
        ..ready(address)
    }
}

#[test]
fn each_slice_resolves_a_named_port_for_itself() {
    let mut world = world();
    service(&mut world).ports[0].target = TargetPort::Name("web".to_owned());
    world.slice("a", "web", ("http", Some(8080)), vec![ready("10.1.0.4")]);
    world.slice("a", "web", ("http", Some(9090)), vec![ready("10.1.0.5")]);
    world.slice("a", "web", ("admin", Some(7070)), vec![ready("10.1.0.5")]);
    assert_eq!(
        run(&world),
        (vec!["10.1.0.4-8080".into(), "10.1.0.5-9090".into()], vec![])
    );
}

#[test]
fn a_slice_for_all_ports_takes_the_target_port() {
    let mut world = world();
    service(&mut world).ports[0].target = TargetPort::Number(8080);
    world.slice("a", "web", ("http", None), vec![ready("10.1.0.4")]);
    assert_eq!(run(&world).0, ["10.1.0.4-8080"]);
    service(&mut world).ports[0].target = TargetPort::Name("web".to_owned());
    assert_eq!(run(&world), (vec![], vec!["ING203".to_owned()]));
}

#[test]
fn an_address_in_two_slices_is_one_server_and_the_ready_copy_counts() {
    let mut world = world();
    world.slice(
        "a",
        "web",
        ("http", Some(80)),
        vec![not_ready("10.1.0.4", false, false)],
    );
    world.slice("a", "web", ("http", Some(80)), vec![ready("10.1.0.4")]);
    assert_eq!(run(&world), (vec!["10.1.0.4-80".to_owned()], vec![]));
}

#[test]
fn terminating_servers_answer_only_when_nobody_is_ready() {
    let mut world = world();
    let list = vec![
        not_ready("10.1.0.4", true, true),
        not_ready("10.1.0.5", false, false),
    ];
    world.slice("a", "web", ("http", Some(80)), list);
    assert_eq!(
        run(&world),
        (vec!["10.1.0.4-80".to_owned()], vec!["ING207".to_owned()])
    );
    world.slice("a", "web", ("http", Some(80)), vec![ready("10.1.0.6")]);
    assert_eq!(run(&world), (vec!["10.1.0.6-80".to_owned()], vec![]));
}

#[test]
fn nobody_ready_is_503_unless_the_service_publishes_them() {
    let mut world = world();
    world.slice(
        "a",
        "web",
        ("http", Some(80)),
        vec![not_ready("10.1.0.4", false, false)],
    );
    assert_eq!(run(&world), (vec![], vec!["ING207".to_owned()]));
    service(&mut world).publish_not_ready = true;
    assert_eq!(run(&world).0, ["10.1.0.4-80"]);
}

#[test]
fn of_two_families_the_services_first_is_taken() {
    let mut world = world();
    world.slice("a", "web", ("http", Some(80)), vec![ready("10.1.0.4")]);
    world
        .slice("a", "web", ("http", Some(80)), vec![ready("fd00::4")])
        .address_type = AddressType::Ipv6;
    assert_eq!(run(&world).0, ["10.1.0.4-80"]);
    service(&mut world).ip_families = vec![IpFamily::V6, IpFamily::V4];
    assert_eq!(run(&world).0, ["fd00::4-80"]);
    world
        .manifests
        .slices
        .retain(|_, slice| slice.address_type == AddressType::Ipv4);
    assert_eq!(run(&world).0, ["10.1.0.4-80"]);
}

#[test]
fn slices_of_names_are_resolved_by_haproxy() {
    let mut world = world();
    world
        .slice(
            "a",
            "web",
            ("http", Some(80)),
            vec![ready("db.Example.com")],
        )
        .address_type = AddressType::Fqdn;
    assert_eq!(run(&world), (vec!["db.example.com-80".to_owned()], vec![]));
}

#[test]
fn missing_sources_say_why() {
    assert_eq!(run(&world()).1, ["ING219"]);
    let mut mismatch = world();
    mismatch.slice("a", "web", ("web", Some(80)), vec![ready("10.1.0.4")]);
    assert_eq!(run(&mismatch).1, ["ING205"]);
    let mut empty = world();
    empty.slice("a", "web", ("web", Some(80)), vec![]);
    assert_eq!(run(&empty).1, ["ING204"]);
}

#[test]
fn legacy_endpoints_count_without_slices_and_are_compared_with_them() {
    let mut world = world();
    world.endpoints(
        "a",
        "web",
        ("http", 80),
        vec![ready("10.1.0.4"), ready("fd00::1")],
    );
    assert_eq!(run(&world), (vec!["10.1.0.4-80".to_owned()], vec![]));
    world.slice("a", "web", ("http", Some(80)), vec![ready("10.1.0.5")]);
    assert_eq!(
        run(&world),
        (vec!["10.1.0.5-80".to_owned()], vec!["ING218".to_owned()])
    );
}

#[test]
fn a_slice_without_its_service_is_an_orphan() {
    let mut world = world();
    world.slice("a", "web", ("http", Some(80)), vec![ready("10.1.0.4")]);
    world.slice("a", "gone", ("", Some(80)), vec![]);
    world.slice("a", "none", ("", Some(80)), vec![]).service = None;
    assert_eq!(run(&world).1, ["ING217", "ING217"]);
}

#[test]
fn addresses_that_lead_inside_are_errors_and_no_servers_unless_they_are_wanted() {
    for (address, expected) in [
        ("127.0.0.1", 1),
        ("169.254.169.254", 1),
        ("0.0.0.0", 1),
        ("224.0.0.1", 1),
        ("192.168.0.1", 0),
    ] {
        let mut world = world();
        world.slice("a", "web", ("http", Some(80)), vec![ready(address)]);
        let (servers, codes) = run(&world);
        assert_eq!(codes, vec!["ING507"; expected], "{address}");
        assert_eq!(servers.len(), 1 - expected, "{address}");
        let mut settings = Settings::default();
        settings.endpoints.internal_targets = true;
        let Lowered {
            routing, findings, ..
        } = lower(&world.manifests, &settings);
        let kept = routing
            .backends
            .values()
            .map(|backend| backend.servers.len());
        assert_eq!(kept.sum::<usize>(), 1, "{address}");
        assert_eq!(
            self::codes(&findings),
            vec!["ING507"; expected],
            "{address}"
        );
    }
    let mapped = "::ffff:127.0.0.1".parse().expect("legal");
    assert!(super::address::internal(mapped).is_some());
}

#[test]
fn an_external_name_is_a_server_with_a_warning() {
    for (name, servers, expected) in [
        ("db.example.com.", vec!["db.example.com-80"], vec!["ING506"]),
        ("localhost", vec![], vec!["ING507"]),
        ("metadata.google.internal", vec![], vec!["ING507"]),
        ("127.0.0.1", vec![], vec!["ING507"]),
        ("192.0.2.1", vec![], vec!["ING506"]),
    ] {
        let mut world = world();
        let service = service(&mut world);
        service.kind = ServiceType::ExternalName;
        service.external_name = Some(value(name));
        let (found, codes) = run(&world);
        assert_eq!(
            (found, codes),
            (
                servers.iter().map(ToString::to_string).collect(),
                expected.iter().map(ToString::to_string).collect()
            ),
            "{name}"
        );
    }
}

#[test]
fn an_external_name_takes_the_ingress_port_when_it_declares_none() {
    let mut world = world();
    let service = service(&mut world);
    service.kind = ServiceType::ExternalName;
    service.external_name = Some(value("db.example.com"));
    service.ports.clear();
    assert_eq!(
        run(&world),
        (
            vec!["db.example.com-80".to_owned()],
            vec!["ING216".to_owned(), "ING506".to_owned()]
        )
    );
}
