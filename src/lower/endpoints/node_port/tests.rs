//! Which nodes are servers, at which address, and how they are checked.

use crate::ir::{
    Address, Check, Fqdn, HealthCheck, Nameserver, NodeAddressType, Nodes, Resolver, Server,
};
use crate::lower::testing::{World, origin, path, port, servers, taint};
use crate::lower::{EndpointSettings, Settings, lower};
use crate::manifest::{Exposure, IpFamily, ObjectName, PathType::Prefix, Service, ServiceType};
use crate::source::Sourced;

/// A Service `a/web` of type NodePort with the port 80 at 30080, a rule that reaches it, and two nodes.
fn world() -> World {
    let mut world = World::default();
    world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
    let mut pinned = port("http", 80);
    pinned.node_port = Some(30080);
    world.service("a", "web", vec![pinned]).kind = ServiceType::NodePort;
    world.node("n1", &[("Hostname", "n1"), ("InternalIP", "10.0.0.1")]);
    world.node(
        "n2",
        &[("InternalIP", "10.0.0.2"), ("InternalIP", "fd00::2")],
    );
    world
}

fn service(world: &mut World) -> &mut Service {
    let name = ObjectName::new("a", "web");
    let service = world.manifests.services.get_mut(&name);
    service.expect("made above")
}

fn settings() -> EndpointSettings {
    EndpointSettings {
        order: vec![Resolver::NodePort],
        ..EndpointSettings::default()
    }
}

fn names(world: &World) -> Vec<String> {
    servers(world, &settings()).0
}

fn codes(world: &World) -> Vec<String> {
    servers(world, &settings()).1
}

/// The message and the notes of the last finding.
fn said(world: &World, order: &[Resolver]) -> String {
    let mut settings = Settings::default();
    settings.endpoints.order = order.to_vec();
    let findings = lower(&world.manifests, &settings).findings;
    let finding = findings.last().expect("somebody complains");
    format!("{}; {}", finding.message, finding.notes.join("; "))
}

fn listed(list: &[&str]) -> EndpointSettings {
    let address = |text: &&str| {
        let name = || Fqdn::new(text).map(Address::Name).expect("a name");
        let address = text.parse().map_or_else(|_| name(), Address::Ip);
        Sourced::new(address, origin())
    };
    EndpointSettings {
        nodes: Nodes::List(list.iter().map(address).collect()),
        ..settings()
    }
}

#[test]
fn every_node_is_a_server() {
    assert_eq!(names(&world()), ["10.0.0.1-30080", "10.0.0.2-30080"]);
    assert_eq!(codes(&world()), [""; 0]);
    let mut world = world();
    service(&mut world).kind = ServiceType::LoadBalancer;
    assert_eq!(names(&world), ["10.0.0.1-30080", "10.0.0.2-30080"]);
}

#[test]
fn other_types_have_no_node_port() {
    for kind in [ServiceType::ClusterIp, ServiceType::ExternalName] {
        let mut world = world();
        service(&mut world).kind = kind;
        world
            .manifests
            .nodes
            .values_mut()
            .for_each(|node| node.ready = false);
        assert_eq!(codes(&world), ["ING219"], "nobody asked about nodes");
    }
}

#[test]
fn a_node_port_that_only_the_cluster_knows_is_an_error_of_its_own() {
    for number in [None, Some(0)] {
        let mut world = world();
        service(&mut world).ports[0].node_port = number;
        assert_eq!(
            servers(&world, &settings()),
            (vec![], vec!["ING220".into()])
        );
        world.manifests.nodes.clear();
        assert_eq!(codes(&world), ["ING219"], "{number:?}");
    }
}

#[test]
fn a_load_balancer_may_have_none_but_those_that_are_pinned() {
    let mut world = world();
    let service = service(&mut world);
    service.kind = ServiceType::LoadBalancer;
    service.exposure = Some(Box::new(Exposure {
        no_node_ports: true,
        ..Exposure::default()
    }));
    assert_eq!(names(&world), ["10.0.0.1-30080", "10.0.0.2-30080"]);
    self::service(&mut world).ports[0].node_port = None;
    assert_eq!(codes(&world), ["ING219"]);
}

#[test]
fn the_other_resolvers_have_their_say_beside_an_error_of_its_own() {
    let mut world = world();
    service(&mut world).ports[0].node_port = None;
    let said = said(&world, &[Resolver::Slices, Resolver::NodePort]);
    assert!(said.contains("has no `nodePort`"), "{said}");
    assert!(said.contains("slices: none"), "{said}");
    assert!(!said.contains("nodePort: "), "{said}");
}

#[test]
fn no_two_services_have_one_node_port() {
    let mut world = world();
    let mut again = port("http", 80);
    again.node_port = Some(30080);
    world.service("b", "api", vec![again]).kind = ServiceType::NodePort;
    world.rule("b", "y", Some("b.io"), vec![path(Prefix, "/", "api", 80)]);
    assert_eq!(codes(&world), ["ING116"]);
    world.service("b", "api", vec![port("http", 80)]);
    assert_eq!(codes(&world), ["ING219"]);
}

#[test]
fn nodes_are_spoken_of_only_when_they_are_used() {
    let mut world = world();
    world.node("n3", &[("InternalIP", "10.0.0.3")]).ready = false;
    assert_eq!(codes(&world), ["ING224"]);
    let slices = EndpointSettings {
        order: vec![Resolver::Slices],
        ..EndpointSettings::default()
    };
    assert_eq!(servers(&world, &slices).1, ["ING219"]);
}

#[test]
fn nodes_that_take_no_traffic_are_left_out_and_said_once() {
    let mut world = world();
    world.node("n3", &[("InternalIP", "10.0.0.3")]).ready = false;
    let excluded = "node.kubernetes.io/exclude-from-external-load-balancers";
    let node = world.node("n4", &[("InternalIP", "10.0.0.4")]);
    node.meta.labels.insert(excluded.to_owned(), String::new());
    world
        .node("n5", &[("InternalIP", "10.0.0.5")])
        .unschedulable = true;
    let node = world.node("n6", &[("InternalIP", "10.0.0.6")]);
    node.taints = vec![taint("ToBeDeletedByClusterAutoscaler", "NoSchedule")];
    let node = world.node("n7", &[("InternalIP", "10.0.0.7")]);
    node.taints = vec![taint("node-role.kubernetes.io/control-plane", "NoSchedule")];
    world.node("n8", &[("ExternalIP", "198.51.100.8")]);
    let mut second = port("admin", 81);
    second.node_port = Some(30081);
    service(&mut world).ports.push(second);
    world.rule("a", "y", Some("b.io"), vec![path(Prefix, "/", "web", 81)]);
    let (names, codes) = servers(&world, &settings());
    assert_eq!(
        names,
        [
            "10.0.0.1-30080",
            "10.0.0.2-30080",
            "10.0.0.7-30080",
            "10.0.0.1-30081",
            "10.0.0.2-30081",
            "10.0.0.7-30081"
        ]
    );
    assert_eq!(codes, ["ING224"; 5]);
}

#[test]
fn unschedulable_nodes_are_better_than_none() {
    let mut world = world();
    for node in world.manifests.nodes.values_mut() {
        node.unschedulable = true;
    }
    assert_eq!(names(&world), ["10.0.0.1-30080", "10.0.0.2-30080"]);
    assert_eq!(codes(&world), [""; 0]);
}

#[test]
fn an_address_is_that_of_the_node_that_takes_requests() {
    for cordoned in ["n1", "n3"] {
        let mut world = world();
        world.node("n3", &[("InternalIP", "10.0.0.1")]);
        let node = world
            .manifests
            .nodes
            .get_mut(&ObjectName::new("", cordoned));
        node.expect("made above").unschedulable = true;
        let expected = ["10.0.0.1-30080", "10.0.0.2-30080"].map(str::to_owned);
        assert_eq!(
            servers(&world, &settings()),
            (expected.into(), vec!["ING225".to_owned()]),
            "{cordoned}"
        );
    }
    let mut world = world();
    let more = [("InternalIP", "10.0.0.1"), ("InternalIP", "10.0.0.4")];
    world.node("n0", &more).unschedulable = true;
    assert_eq!(names(&world), ["10.0.0.1-30080", "10.0.0.2-30080"]);
    assert_eq!(codes(&world), ["ING225", "ING224"]);
}

#[test]
fn without_nodes_the_note_says_why() {
    let mut world = world();
    for node in world.manifests.nodes.values_mut() {
        node.ready = false;
    }
    assert_eq!(codes(&world), ["ING219", "ING224", "ING224"]);
    world.manifests.nodes.pop_last();
    world
        .manifests
        .nodes
        .values_mut()
        .for_each(|node| node.addresses.clear());
    assert_eq!(codes(&world), ["ING219", "ING224"]);
    world.manifests.nodes.clear();
    assert!(said(&world, &[Resolver::NodePort]).contains("nodePort: no Node among the manifests"));
}

#[test]
fn the_family_is_the_first_of_the_service_that_some_node_has() {
    let mut world = world();
    service(&mut world).ip_families = vec![IpFamily::V6];
    assert_eq!(names(&world), ["fd00::2-30080"]);
    assert_eq!(codes(&world), ["ING224"]);
    service(&mut world).ip_families = vec![IpFamily::V4, IpFamily::V6];
    assert_eq!(names(&world), ["10.0.0.1-30080", "10.0.0.2-30080"]);
    assert_eq!(codes(&world), [""; 0]);
    world.manifests.nodes.pop_last();
    service(&mut world).ip_families = vec![IpFamily::V6, IpFamily::V4];
    assert_eq!(names(&world), ["10.0.0.1-30080"]);
    service(&mut world).ip_families = vec![IpFamily::V6];
    assert_eq!(codes(&world), ["ING219"]);
}

#[test]
fn addresses_are_judged() {
    for (address, code) in [
        ("10.0.0", "ING224"),
        ("n3.example.net", "ING224"),
        ("127.0.0.1", "ING507"),
        ("169.254.1.1", "ING507"),
        ("fe80::1", "ING507"),
        ("100.100.100.200", "ING507"),
        ("10.0.0.1", "ING225"),
    ] {
        let mut world = world();
        world.node("n3", &[("InternalIP", address)]);
        assert_eq!(
            servers(&world, &settings()),
            (
                vec!["10.0.0.1-30080".into(), "10.0.0.2-30080".into()],
                vec![code.to_owned()]
            ),
            "{address}"
        );
    }
}

#[test]
fn host_names_are_resolved_by_haproxy() {
    let mut world = world();
    world.node("n2", &[("Hostname", "n2.example.net")]);
    let settings = EndpointSettings {
        nodes: Nodes::Input(NodeAddressType::Hostname),
        nameservers: Nameserver::parse("192.0.2.53").into_iter().collect(),
        ..settings()
    };
    let (names, codes) = servers(&world, &settings);
    assert_eq!(names, ["n1-30080", "n2.example.net-30080"]);
    assert_eq!(codes, [""; 0]);
    for server in found(&world, &settings).0 {
        let resolvers = server.resolvers.map(|name| name.to_string());
        assert_eq!(resolvers.as_deref(), Some("r_names"));
    }
    world.node("n3", &[("Hostname", "localhost")]);
    assert_eq!(servers(&world, &settings).1, ["ING507"]);
}

fn found(world: &World, endpoints: &EndpointSettings) -> (Vec<Server>, HealthCheck) {
    let settings = Settings {
        endpoints: endpoints.clone(),
        ..Settings::default()
    };
    let routing = lower(&world.manifests, &settings).routing;
    let backend = routing.backends.into_values().next().expect("reached");
    (backend.servers, backend.health)
}

#[test]
fn a_list_is_taken_at_its_word() {
    let mut world = world();
    for node in world.manifests.nodes.values_mut() {
        node.ready = false;
        node.unschedulable = true;
    }
    let ask = |list: &[&str]| servers(&world, &listed(list));
    assert_eq!(
        ask(&["10.0.0.2", "n1", "fd00::2"]),
        (vec!["10.0.0.2-30080".into(), "n1-30080".into()], vec![])
    );
    assert_eq!(ask(&["10.0.0.2", "10.0.0.9"]).1, ["ING224"]);
    assert_eq!(
        ask(&["10.9.0.2", "10.9.0.9"]).1,
        [""; 0],
        "other addresses throughout"
    );
    assert_eq!(
        ask(&["127.0.0.1"]),
        (vec!["127.0.0.1-30080".into()], vec!["ING507".into()])
    );
}

#[test]
fn a_listed_node_is_one_server_however_it_is_called() {
    let ask = |list: &[&str], families: &[IpFamily]| {
        let mut world = world();
        service(&mut world).ip_families = families.to_vec();
        servers(&world, &listed(list))
    };
    let answer = |names: &[&str], codes: &[&str]| {
        let names = names.iter().map(|name| format!("{name}-30080"));
        let codes = codes.iter().map(|&code| code.to_owned());
        (names.collect::<Vec<_>>(), codes.collect::<Vec<_>>())
    };
    let both = ["10.0.0.1", "fd00::2", "10.0.0.2"];
    for (list, families, expected) in [
        (
            &["10.0.0.1", "n1"][..],
            &[][..],
            answer(&["10.0.0.1"], &["ING225"]),
        ),
        (&["n1", "10.0.0.1"], &[], answer(&["n1"], &["ING225"])),
        (
            &["10.0.0.2", "n2", "fd00::2"],
            &[],
            answer(&["10.0.0.2"], &["ING225"]),
        ),
        (&both, &[], answer(&["10.0.0.1", "fd00::2"], &[])),
        (
            &both,
            &[IpFamily::V4],
            answer(&["10.0.0.1", "10.0.0.2"], &[]),
        ),
        (&both, &[IpFamily::V6], answer(&["fd00::2"], &[])),
        (
            &["10.9.0.1", "fd00:9::1"],
            &[],
            answer(&["10.9.0.1", "fd00:9::1"], &[]),
        ),
    ] {
        assert_eq!(ask(list, families), expected, "{list:?} {families:?}");
    }
}

#[test]
fn a_load_balancers_local_traffic_is_checked_where_kube_proxy_answers() {
    let mut world = world();
    let exposure = Exposure {
        local_traffic: Some(origin()),
        health_check_node_port: Some(Sourced::new(30555, origin())),
        ..Exposure::default()
    };
    service(&mut world).exposure = Some(Box::new(exposure));
    let check = |world: &World| {
        let (servers, health) = found(world, &settings());
        (servers[0].check, health)
    };
    assert_eq!(check(&world), (Check::Here, HealthCheck::Connect));
    service(&mut world).kind = ServiceType::LoadBalancer;
    let (at, HealthCheck::Http(path)) = check(&world) else {
        panic!("asked over HTTP");
    };
    assert_eq!(at, Check::At(crate::ir::Port::new(30555).expect("not 0")));
    assert_eq!(path.as_str(), "/healthz");
    service(&mut world).exposure = None;
    assert_eq!(check(&world), (Check::Here, HealthCheck::Connect));
}

#[test]
fn session_affinity_is_lost_behind_kube_proxy() {
    let mut world = world();
    service(&mut world).exposure = Some(Box::new(Exposure {
        client_ip_affinity: Some(Sourced::new(600, origin())),
        ..Exposure::default()
    }));
    assert_eq!(codes(&world), ["ING226"]);
}

#[test]
fn servers_of_other_zones_stand_by() {
    let mut world = world();
    for (name, zone) in [("n1", "fra1-a"), ("n2", "fra1-b")] {
        let key = [
            "topology.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/zone",
        ][usize::from(name == "n2")];
        let node = world.manifests.nodes.get_mut(&ObjectName::new("", name));
        let labels = &mut node.expect("made above").meta.labels;
        labels.insert(key.to_owned(), zone.to_owned());
    }
    let backups = |zone: &str, settings: EndpointSettings| -> Vec<bool> {
        let settings = EndpointSettings {
            zone: Some(zone.to_owned()),
            ..settings
        };
        let servers = found(&world, &settings).0;
        servers.into_iter().map(|server| server.backup).collect()
    };
    assert_eq!(backups("fra1-b", settings()), [true, false]);
    assert_eq!(backups("ams1-a", settings()), [false, false]);
    assert_eq!(
        backups("fra1-a", listed(&["10.0.0.1", "fd00::2"])),
        [false, true]
    );
}
