//! From a Service port to servers: EndpointSlices, legacy Endpoints, or an external name.
//!
//! In: the Service port and everything that lists addresses. Out: servers, each address and port once, sorted by name.
//! Ports are resolved per slice, because pods may give one named port different numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use crate::finding::{Code, Finding, Severity};
use crate::ir::{self, Address, Fqdn, Port, Server, ServerName};
use crate::manifest::{
    AddressType, Endpoint, EndpointPort, EndpointSlice, Endpoints, IpFamily, Manifests, ObjectName,
    Protocol, Service, ServicePort, ServiceType, TargetPort,
};
use crate::source::Origin;

/// The slices of each Service, in order of name.
pub(super) type SliceIndex<'m> = HashMap<(&'m str, &'m str), Vec<&'m EndpointSlice>>;

/// Reads the label by which slices name their Service.
pub(super) fn by_service(manifests: &Manifests) -> SliceIndex<'_> {
    let mut index: SliceIndex<'_> = HashMap::new();
    for slice in manifests.slices.values() {
        if let Some(service) = &slice.service {
            let key = (slice.meta.name.namespace.as_str(), service.as_str());
            index.entry(key).or_default().push(slice);
        }
    }
    index
}

/// Slices that belong to no Service of the input.
pub(super) fn orphans(manifests: &Manifests) -> Vec<Finding> {
    manifests
        .slices
        .values()
        .filter_map(|slice| {
            let name = &slice.meta.name;
            let (message, help) = match &slice.service {
                None => (
                    format!("EndpointSlice {name} names no Service"),
                    "set the label `kubernetes.io/service-name`".to_owned(),
                ),
                Some(service) => {
                    let key = ObjectName::new(&name.namespace, service);
                    if manifests.services.contains_key(&key) {
                        return None;
                    }
                    (
                        format!("EndpointSlice {name} belongs to Service {key}, which is not among the manifests"),
                        "add the Service, or correct the label `kubernetes.io/service-name`".to_owned(),
                    )
                }
            };
            Some(
                Finding::new(Code::ORPHAN_SLICE, message)
                    .object(format_args!("EndpointSlice {name}"))
                    .field("metadata.labels[kubernetes.io/service-name]")
                    .at(slice.meta.origin)
                    .help(help),
            )
        })
        .collect()
}

/// The servers of a Service port. `port` is `None` for an ExternalName Service that does not declare it.
pub(super) fn servers(
    service: &Service,
    number: Port,
    port: Option<&ServicePort>,
    slices: &SliceIndex<'_>,
    manifests: &Manifests,
    findings: &mut Vec<Finding>,
) -> Vec<Server> {
    let mut about = About { service, findings };
    if service.kind == ServiceType::ExternalName {
        return about.external(number);
    }
    let Some(port) = port else {
        return Vec::new();
    };
    let name = &service.meta.name;
    let slices = slices
        .get(&(name.namespace.as_str(), name.name.as_str()))
        .map_or(&[][..], Vec::as_slice);
    let legacy = manifests.endpoints.get(name);
    let from_slices = gather(service, port, slices.iter().map(|slice| of_slice(slice)));
    let from_legacy = gather(service, port, legacy.into_iter().flat_map(of_endpoints));
    let found = match (slices.is_empty(), legacy) {
        (true, None) => {
            about.nothing_listed(port);
            return Vec::new();
        }
        (true, Some(_)) => from_legacy,
        (false, None) => from_slices,
        (false, Some(legacy)) => {
            if from_slices.ready() != from_legacy.ready() {
                about.sources_differ(legacy);
            }
            from_slices
        }
    };
    about.judge(port, &found);
    choose(service, &found)
        .into_iter()
        .map(|(endpoint, place)| {
            about.check_address(&endpoint.address, place);
            Server {
                name: ServerName::new(&endpoint),
                endpoint,
                origin: place.origin,
            }
        })
        .collect::<Vec<_>>()
        .sorted()
}

trait Sorted {
    fn sorted(self) -> Self;
}

impl Sorted for Vec<Server> {
    fn sorted(mut self) -> Self {
        self.sort_by(|a, b| a.name.cmp(&b.name));
        self
    }
}

/// Some endpoints with the ports that hold for all of them.
struct Group<'m> {
    /// The object they stand in.
    owner: (&'static str, &'m ObjectName),
    address_type: Option<AddressType>,
    ports: &'m [EndpointPort],
    endpoints: &'m [Endpoint],
}

fn of_slice(slice: &EndpointSlice) -> Group<'_> {
    Group {
        owner: ("EndpointSlice", &slice.meta.name),
        address_type: Some(slice.address_type),
        ports: &slice.ports,
        endpoints: &slice.endpoints,
    }
}

fn of_endpoints(object: &Endpoints) -> impl Iterator<Item = Group<'_>> {
    object.subsets.iter().map(|subset| Group {
        owner: ("Endpoints", &object.meta.name),
        address_type: None,
        ports: &subset.ports,
        endpoints: &subset.endpoints,
    })
}

/// An address's conditions and place.
#[derive(Debug, Clone, Copy)]
struct Place<'m> {
    ready: bool,
    /// Terminating, but still answering (KEP-1669).
    draining: bool,
    origin: Origin,
    owner: (&'static str, &'m ObjectName),
}

/// What the groups of a Service say about one port.
#[derive(Debug, Default)]
struct Found<'m> {
    places: BTreeMap<ir::Endpoint, Place<'m>>,
    /// The family of the first address.
    first: Option<Family>,
    /// Endpoints stood in groups without this port: the place of one.
    port_missing: Option<Origin>,
    /// A group says "all ports", and the target port is a name.
    unresolved: bool,
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
            Address::Name(_) => Self::Name,
        }
    }
}

impl Found<'_> {
    fn ready(&self) -> BTreeSet<&ir::Endpoint> {
        self.places
            .iter()
            .filter(|(_, place)| place.ready)
            .map(|(endpoint, _)| endpoint)
            .collect()
    }
}

fn gather<'m>(
    service: &Service,
    port: &ServicePort,
    groups: impl Iterator<Item = Group<'m>>,
) -> Found<'m> {
    let mut found = Found::default();
    for group in groups {
        let Some(first) = group.endpoints.first() else {
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
                    found.unresolved = true;
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
fn choose<'m>(service: &Service, found: &Found<'m>) -> Vec<(ir::Endpoint, Place<'m>)> {
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

/// Findings about one Service.
struct About<'f, 'm> {
    service: &'m Service,
    findings: &'f mut Vec<Finding>,
}

impl About<'_, '_> {
    fn say(&mut self, finding: Finding) {
        let name = &self.service.meta.name;
        self.findings.push(match finding.object {
            Some(_) => finding,
            None => finding.object(format_args!("Service {name}")),
        });
    }

    fn external(&mut self, port: Port) -> Vec<Server> {
        let service = self.service;
        let name = &service.meta.name;
        // Without a name the API server refuses it, which is said already.
        let Some(written) = &service.external_name else {
            return Vec::new();
        };
        let shown = written.value.escape_debug();
        let about = |code, message| {
            Finding::new(code, message)
                .field("spec.externalName")
                .at(written.origin)
        };
        let plain = written.value.trim_end_matches('.').to_ascii_lowercase();
        let address = plain.parse::<IpAddr>().ok();
        if plain == "localhost"
            || plain.ends_with(".localhost")
            || plain.starts_with("localhost.")
            || address.is_some_and(|ip| internal(ip).is_some())
        {
            self.say(
                about(
                    Code::INTERNAL_TARGET,
                    format!("ExternalName Service {name} leads to `{shown}`, the machine that HAProxy runs on or its link"),
                )
                .help("name the host that is to answer"),
            );
        } else if address.is_some() {
            self.say(
                about(
                    Code::EXTERNAL_NAME_SERVICE,
                    format!("ExternalName Service {name} names the address `{shown}`, which no DNS server resolves"),
                )
                .severity(Severity::Error)
                .help("list the address in an EndpointSlice of a Service without selector"),
            );
        } else {
            self.say(
                about(
                    Code::EXTERNAL_NAME_SERVICE,
                    format!("Service {name} leads to `{shown}`, outside the cluster's control"),
                )
                .help("make sure that everybody who may write this Service may choose where traffic goes")
                .note("CVE-2021-25740: whoever controls the name controls the route"),
            );
        }
        Fqdn::new(&written.value)
            .ok()
            .map(|name| {
                let endpoint = ir::Endpoint {
                    address: Address::Name(name),
                    port,
                };
                Server {
                    name: ServerName::new(&endpoint),
                    endpoint,
                    origin: written.origin,
                }
            })
            .into_iter()
            .collect()
    }

    fn nothing_listed(&mut self, port: &ServicePort) {
        let name = &self.service.meta.name;
        let finding = if self.service.has_selector {
            Finding::new(
                Code::NO_ENDPOINTS,
                format!("Service {name} has no EndpointSlice among the manifests, so its routes answer 503"),
            )
            .help("add its EndpointSlices (`kubectl get endpointslices -o yaml`) to the input")
        } else {
            Finding::new(
                Code::SELECTORLESS_WITHOUT_SLICE,
                format!("Service {name} has neither selector nor EndpointSlice, so its routes answer 503"),
            )
            .help("add an EndpointSlice with the label `kubernetes.io/service-name`")
        };
        self.say(finding.field("spec.ports").at(port.port.origin));
    }

    fn sources_differ(&mut self, legacy: &Endpoints) {
        let name = &self.service.meta.name;
        self.say(
            Finding::new(
                Code::ENDPOINTS_DIFFER_FROM_SLICES,
                format!("the Endpoints and the EndpointSlices of Service {name} list different servers; the slices are taken"),
            )
            .object(format_args!("Endpoints {name}"))
            .field("subsets")
            .at(legacy.meta.origin)
            .help("remove the Endpoints object"),
        );
    }

    /// One finding at most: the first reason why there is nobody to ask.
    fn judge(&mut self, port: &ServicePort, found: &Found<'_>) {
        let name = &self.service.meta.name;
        let shown = match port.name.as_str() {
            "" => "an unnamed port".to_owned(),
            text => format!("a port `{text}`"),
        };
        if found
            .places
            .values()
            .any(|place| place.ready || place.draining)
        {
            if !found.places.values().any(|place| place.ready) {
                self.say(self.not_ready(
                    port,
                    found,
                    "those that are terminating but still serve are taken",
                ));
            }
            return;
        }
        let finding = if !found.places.is_empty() {
            self.not_ready(port, found, "its routes answer 503")
        } else if found.unresolved {
            Finding::new(
                Code::NAMED_TARGET_PORT_UNRESOLVED,
                format!("the target port of port {} of Service {name} is a name, and its slices give no number", port.port.value),
            )
            .at(port.origin)
            .help("give the port of the EndpointSlice a number")
        } else if let Some(origin) = found.port_missing {
            Finding::new(
                Code::ENDPOINTSLICE_PORT_MISMATCH,
                format!("no EndpointSlice of Service {name} has {shown}, so its routes answer 503"),
            )
            .label(origin, "the ports of a slice")
            .label(port.origin, "the Service port")
            .help("give the port of the slice the name of the Service port")
        } else {
            Finding::new(
                Code::NO_ENDPOINTS,
                format!("Service {name} has not a single address, so its routes answer 503"),
            )
            .at(port.port.origin)
            .help("add addresses to its EndpointSlices, or remove the routes")
        };
        self.say(finding.field("spec.ports"));
    }

    fn not_ready(&self, port: &ServicePort, found: &Found<'_>, outcome: &str) -> Finding {
        let finding = Finding::new(
            Code::ENDPOINTS_NOT_READY,
            format!(
                "none of the {} addresses of Service {} is ready; {outcome}",
                found.places.len(),
                self.service.meta.name
            ),
        )
        .field("spec.ports")
        .at(port.port.origin)
        .help("find out why its pods are not ready, and renew the EndpointSlices in the input");
        match found.places.values().next() {
            Some(place) => finding.label(place.origin, "one of them"),
            None => finding,
        }
    }

    fn check_address(&mut self, address: &Address, place: Place<'_>) {
        let &Address::Ip(ip) = address else {
            return;
        };
        let Some(what) = internal(ip) else {
            return;
        };
        let (kind, owner) = place.owner;
        self.say(
            Finding::new(
                Code::INTERNAL_TARGET,
                format!("{kind} {owner} leads routes to {what} address `{ip}`"),
            )
            .object(format_args!("{kind} {owner}"))
            .field("endpoints[].addresses[0]")
            .at(place.origin)
            .help("list the addresses of the pods")
            .note("the API server refuses such addresses, because they lead into HAProxy's own machine or its cloud's metadata"),
        );
    }
}

/// Addresses that mean something else on every machine.
fn internal(ip: IpAddr) -> Option<&'static str> {
    let ip = ip.to_canonical();
    let link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    if ip.is_loopback() {
        Some("the loopback")
    } else if link_local {
        Some("the link-local")
    } else if ip.is_unspecified() {
        Some("the unspecified")
    } else if ip.is_multicast() {
        Some("the multicast")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::testing::{World, codes, path_to, port, ready, value};
    use crate::lower::{Lowered, Settings, lower};
    use crate::manifest::{PathType::Prefix, PortRef};

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
        assert_eq!(run(&world()).1, ["ING204"]);
        let mut selectorless = world();
        service(&mut selectorless).has_selector = false;
        assert_eq!(run(&selectorless).1, ["ING206"]);
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
    fn addresses_that_lead_inside_are_errors() {
        for (address, expected) in [
            ("127.0.0.1", 1),
            ("169.254.169.254", 1),
            ("0.0.0.0", 1),
            ("224.0.0.1", 1),
            ("192.168.0.1", 0),
        ] {
            let mut world = world();
            world.slice("a", "web", ("http", Some(80)), vec![ready(address)]);
            assert_eq!(run(&world).1, vec!["ING507"; expected], "{address}");
        }
        let mapped = "::ffff:127.0.0.1".parse().expect("legal");
        assert!(internal(mapped).is_some());
    }

    #[test]
    fn an_external_name_is_a_server_with_a_warning() {
        for (name, servers, expected) in [
            ("db.example.com.", vec!["db.example.com-80"], vec!["ING506"]),
            ("localhost", vec!["localhost-80"], vec!["ING507"]),
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
}
