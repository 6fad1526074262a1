//! What becomes of entries, beside what the cases show.

use super::*;
use crate::lower::testing::{World, codes, origin, port, value};
use crate::lower::{Settings, lower, without_config_map};
use crate::manifest::{ConfigMap, Manifests, Meta, ObjectName, Protocol};
use crate::source::Sourced;

fn add(world: &mut World, name: &str, data: &[(&str, &str)]) {
    let name = ObjectName::new("edge", name);
    let meta = Meta {
        name: name.clone(),
        origin: origin(),
        annotations: Vec::new(),
        labels: std::collections::BTreeMap::new(),
    };
    let data = data.iter();
    let map = ConfigMap {
        meta,
        data: data
            .map(|(key, text)| ((*key).to_owned(), value(text)))
            .collect(),
        keys: std::collections::BTreeMap::new(),
    };
    world.manifests.config_maps.insert(name, map);
}

fn naming(names: &[&str]) -> Settings {
    let mut settings = Settings::default();
    let names = names.iter().map(|name| ObjectName::new("edge", *name));
    settings.tcp.config_maps = names.map(|name| Sourced::new(name, origin())).collect();
    settings
}

fn world() -> World {
    let mut world = World::default();
    world.service("db", "pg", vec![port("pg", 5432)]);
    world
}

/// The ports, and the codes without that of Services without servers.
fn ask(world: &World, settings: &Settings) -> (Vec<String>, Vec<String>) {
    let lowered = lower(&world.manifests, settings);
    let wanted = lowered
        .routing
        .tcp
        .iter()
        .map(|listener| match &listener.wanted {
            Wanted::Port(port) => port.value.to_string(),
            other => panic!("{other:?}"),
        });
    let mut said = codes(&lowered.findings);
    said.retain(|code| code != "ING219");
    (wanted.collect(), said)
}

#[test]
fn a_missing_service_or_port_keeps_its_entry_out_and_no_other() {
    let mut world = world();
    let mut udp = port("dns", 53);
    udp.protocol = Protocol::Udp;
    world.service("dns", "udp", vec![udp.clone()]);
    world.service("dns", "both", vec![udp, port("dns-tcp", 53)]);
    add(
        &mut world,
        "tcp",
        &[
            ("90", "db/pg:5432"),
            ("91", "db/gp:5432"),
            ("92", "db/pg:80"),
            ("93", "dns/udp:53"),
            ("94", "dns/both:53"),
        ],
    );
    let (ports, codes) = ask(&world, &naming(&["tcp"]));
    assert_eq!(ports, ["90", "94"]);
    assert_eq!(codes, ["ING201", "ING202", "ING336"]);
}

#[test]
fn ports_stand_in_the_order_of_the_configuration() {
    let mut world = world();
    add(
        &mut world,
        "a",
        &[("9000", "db/pg:5432"), ("90", "db/pg:pg")],
    );
    add(&mut world, "b", &[("80", "db/pg:5432")]);
    let (ports, codes) = ask(&world, &naming(&["b", "a"]));
    assert_eq!(
        (ports, codes.len()),
        (vec!["80".to_owned(), "90".to_owned(), "9000".to_owned()], 0)
    );
    let (ports, codes) = ask(&world, &naming(&["a"]));
    assert_eq!(ports, ["90", "9000"]);
    assert_eq!(codes, ["ING616"]);
}

#[test]
fn a_config_map_that_some_cluster_has_is_not_missing() {
    let mut here = world();
    add(&mut here, "tcp", &[("90", "db/pg:5432")]);
    let settings = naming(&["tcp", "tpc"]).tcp;
    let said = without_config_map(&settings, &[Manifests::default(), here.manifests]);
    assert_eq!(codes(&said), ["ING615"]);
    assert_eq!(
        said[0].help.as_deref(),
        Some("write `edge/tcp` if that is meant, or add edge/tpc to the inputs")
    );
    assert_eq!(
        codes(&without_config_map(&settings, &[Manifests::default()])),
        ["ING615"; 2]
    );
}

#[test]
fn many_wrong_entries_take_no_longer_than_as_many_right_ones() {
    let mut world = World::default();
    let names: Vec<String> = (0..2_000).map(|at| format!("service-{at}")).collect();
    for name in &names {
        world.service("db", name, vec![port("pg", 5432)]);
    }
    let data: Vec<(String, String)> = (1..=2_000)
        .map(|at| (at.to_string(), format!("db/servcie-{at}:5432")))
        .collect();
    let data: Vec<(&str, &str)> = data.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    add(&mut world, "tcp", &data);
    let lowered = lower(&world.manifests, &naming(&["tcp"]));
    let helped = lowered.findings.iter().filter(|finding| {
        let help = finding.help.as_deref();
        help.is_some_and(|help| help.starts_with("write "))
    });
    assert_eq!((lowered.routing.tcp.len(), helped.count()), (0, 100));
}
