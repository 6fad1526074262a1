//! The resolver `clusterIP`: the virtual address of a Service, for hosts that have a route to it.
//!
//! It is asked only when it is configured: most hosts outside of a cluster have no such route, and an address that leads
//! nowhere looks like one that works.

use std::net::IpAddr;

use super::about::internal;
use super::{Answer, Ask, Found, Located, affinity};
use crate::finding::{Code, Finding};
use crate::ir::{Address, Endpoint, Resolver};
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
    }
    affinity::lost(ask, Resolver::ClusterIp, findings);
    let endpoint = Endpoint {
        address: Address::Ip(ip.value),
        port: ask.number,
    };
    Answer::Found(Found {
        servers: vec![Located {
            server: ask.server(endpoint, Resolver::ClusterIp, ip.origin),
            zone: None,
        }],
        ..Found::default()
    })
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
            "Service {name} leads routes to {what} address `{}`",
            ip.value
        ),
    )
    .object(format_args!("Service {name}"))
    .field("spec.clusterIP")
    .at(ip.origin)
    .help("leave the choice to the cluster, and take the Service from there")
}
