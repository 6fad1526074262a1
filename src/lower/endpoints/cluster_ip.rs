//! The resolver `clusterIP`: the virtual address of a Service, for hosts that have a route to it.
//!
//! It is asked only when it is configured: most hosts outside of a cluster have no such route, and an address that leads
//! nowhere looks like one that works.

use std::net::IpAddr;

use super::about::left_out;
use super::address::internal;
use super::{Answer, Ask, Found, affinity};
use crate::finding::{Code, Finding};
use crate::ir::{Address, Resolver};
use crate::manifest::{IpFamily, ServiceType};
use crate::source::Sourced;

pub(super) fn answer(ask: &Ask<'_, '_>, findings: &mut Vec<Finding>) -> Answer {
    let service = ask.service;
    if service.kind == ServiceType::ExternalName {
        return Answer::Lacking("the Service is of type ExternalName".to_owned());
    }
    if service.headless {
        return Answer::Lacking("the Service is headless".to_owned());
    }
    // An illegal address has its finding already.
    let addresses: Vec<Sourced<IpAddr>> = service
        .exposure()
        .cluster_ips
        .iter()
        .filter_map(|written| Some(Sourced::new(written.value.parse().ok()?, written.origin)))
        .collect();
    let preferred = addresses
        .iter()
        .find(|ip| is_of(ip.value, service.ip_families.first().copied()));
    let Some(ip) = preferred.or(addresses.first()) else {
        let why = "the Service has no `spec.clusterIP`, which the cluster chooses (`kubectl get service -o yaml`)";
        return Answer::Lacking(why.to_owned());
    };
    if let Some(what) = internal(ip.value) {
        findings.push(inside(ask, ip, what));
        if !ask.directory.settings.internal_targets {
            return Answer::Found(Found::default());
        }
    }
    affinity::lost(ask, Resolver::ClusterIp, findings);
    ask.at_service_port(Resolver::ClusterIp, [(*ip).map(Address::Ip)])
}

fn is_of(ip: IpAddr, family: Option<IpFamily>) -> bool {
    match family {
        Some(IpFamily::V4) => ip.is_ipv4(),
        Some(IpFamily::V6) => ip.is_ipv6(),
        None => true,
    }
}

fn inside(ask: &Ask<'_, '_>, ip: &Sourced<IpAddr>, what: &str) -> Finding {
    let name = &ask.service.meta.name;
    Finding::new(
        Code::INTERNAL_TARGET,
        format!(
            "Service {name} leads to `{}`, {what} address{}",
            ip.value,
            left_out(ask.directory.settings, ask.purpose)
        ),
    )
    .object(format_args!("Service {name}"))
    .field("spec.clusterIP")
    .at(ip.origin)
    .help("leave the choice to the cluster, and take the Service from there")
}

#[cfg(test)]
mod tests {
    use crate::ir::Resolver;
    use crate::lower::EndpointSettings;
    use crate::lower::testing::{World, origin, path, port, servers, value};
    use crate::manifest::{Exposure, IpFamily, PathType::Prefix, Service, ServiceType};
    use crate::source::Sourced;

    /// The servers and findings of a Service with these addresses.
    fn ask(addresses: &[&str], change: fn(&mut Service)) -> (Vec<String>, Vec<String>) {
        let mut world = World::default();
        world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
        let service = world.service("a", "web", vec![port("", 80)]);
        service.exposure = Some(Box::new(Exposure {
            cluster_ips: addresses.iter().map(|text| value(text)).collect(),
            ..Exposure::default()
        }));
        change(service);
        let settings = EndpointSettings {
            order: vec![Resolver::ClusterIp],
            ..EndpointSettings::default()
        };
        servers(&world, &settings)
    }

    #[test]
    fn the_address_of_the_services_first_family_is_the_server() {
        let both = ["10.96.0.7", "fd00::7"];
        assert_eq!(ask(&both, |_| ()), (vec!["10.96.0.7-80".into()], vec![]));
        let (names, _) = ask(&both, |service| service.ip_families = vec![IpFamily::V6]);
        assert_eq!(names, ["fd00::7-80"]);
        let (names, _) = ask(&both[..1], |service| {
            service.ip_families = vec![IpFamily::V6];
        });
        assert_eq!(names, ["10.96.0.7-80"]);
    }

    #[test]
    fn what_the_cluster_has_not_given_is_lacking() {
        assert_eq!(ask(&[], |_| ()).1, ["ING219"]);
        assert_eq!(ask(&["10.96.0"], |_| ()).1, ["ING219"]);
        assert_eq!(
            ask(&["10.96.0.7"], |service| service.headless = true).1,
            ["ING219"]
        );
        let external = |service: &mut Service| service.kind = ServiceType::ExternalName;
        assert_eq!(ask(&["10.96.0.7"], external).1, ["ING219"]);
    }

    #[test]
    fn an_address_inside_and_a_lost_affinity_are_said() {
        assert_eq!(
            ask(&["127.0.0.1"], |_| ()),
            (vec![], vec!["ING507".to_owned()])
        );
        let sticky = |service: &mut Service| {
            let exposure = service.exposure.as_mut().expect("given");
            exposure.client_ip_affinity = Some(Sourced::new(600, origin()));
        };
        assert_eq!(ask(&["10.96.0.7"], sticky).1, ["ING226"]);
    }

    #[test]
    fn nobody_gets_it_unasked() {
        assert!(
            !EndpointSettings::default()
                .order
                .contains(&Resolver::ClusterIp)
        );
    }
}
