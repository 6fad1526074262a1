//! Which Service port a reference means, and what to write when it means none.
//!
//! In: the Service and the reference. Out: the port, or the problem; for the help an imperative sentence.

use crate::lower::suggest::{nearest, scalar};
use crate::manifest::{PortRef, Protocol, Service, ServicePort, TargetPort};

/// Why a reference leads nowhere.
#[derive(Debug, Clone, Copy)]
pub(in crate::lower) enum Problem<'m> {
    IllegalPort,
    IllegalName,
    NoService,
    NoPort(&'m Service),
    NotTcp(&'m ServicePort),
}

/// The Service port that is meant; of one number twice, the TCP one (443/UDP stands beside it for HTTP/3).
pub(in crate::lower) fn service_port<'m>(
    service: &'m Service,
    wanted: &PortRef,
) -> Result<&'m ServicePort, Problem<'m>> {
    let meant = |port: &&ServicePort| match wanted {
        PortRef::Number(number) => port.port.value == *number,
        PortRef::Name(name) => port.name == *name,
    };
    let mut candidates = service.ports.iter().filter(meant);
    let first = candidates.next().ok_or(Problem::NoPort(service))?;
    std::iter::once(first)
        .chain(candidates)
        .find(|port| port.protocol == Protocol::Tcp)
        .ok_or(Problem::NotTcp(first))
}

/// The commonest slip first: the container's port in place of the Service's.
pub(super) fn port_help(service: &Service, wanted: &PortRef) -> String {
    let text = wanted.to_string();
    if let Some(port) = port_of_target(service, &text) {
        return format!(
            "write {}: the Service port is {}; {text} is its `targetPort`",
            reference(port),
            port.port.value
        );
    }
    if let Some(port) = service
        .ports
        .iter()
        .find(|port| port.port.value.to_string() == text)
    {
        return format!("write `number: {}`, without quotes", port.port.value);
    }
    if let Some(name) = nearest(&text, service.ports.iter().map(|port| port.name.as_str())) {
        return format!("write `name: {name}`");
    }
    match service.ports.as_slice() {
        [only] => format!("write {}, its only port", reference(only)),
        [] => "declare the port in the Service".to_owned(),
        _ => "lead to one of its ports, or declare this one".to_owned(),
    }
}

/// What takes the place of the reference in the manifest, where it is clear what was meant: a number for a number, a name for a name.
pub(super) fn port_meant(service: &Service, wanted: &PortRef) -> Option<String> {
    let ports = &service.ports;
    let of_target = port_of_target(service, &wanted.to_string());
    let only = || ports.first().filter(|_| ports.len() == 1);
    match wanted {
        PortRef::Number(_) => {
            let meant = of_target.or_else(only)?;
            Some(meant.port.value.to_string())
        }
        PortRef::Name(name) => {
            let of_target = of_target.map(|port| port.name.as_str());
            let near = || nearest(name, ports.iter().map(|port| port.name.as_str()));
            let only = || only().map(|port| port.name.as_str());
            let meant = of_target.or_else(near).or_else(only)?;
            (!meant.is_empty()).then(|| scalar(meant))
        }
    }
}

/// The Service port whose `targetPort` is written so.
pub(in crate::lower) fn port_of_target<'m>(
    service: &'m Service,
    text: &str,
) -> Option<&'m ServicePort> {
    service.ports.iter().find(|port| match &port.target {
        TargetPort::Number(number) => number.to_string() == text,
        TargetPort::Name(name) => *name == text,
    })
}

fn reference(port: &ServicePort) -> String {
    format!("`number: {}`", port.port.value)
}

/// So many ports are named in a label; who has more looks at the Service.
const NAMED: usize = 20;

/// The ports, for a label.
pub(in crate::lower) fn ports(service: &Service) -> String {
    if service.ports.is_empty() {
        return "none".to_owned();
    }
    let ports = service.ports.iter().take(NAMED);
    let mut ports: Vec<String> = ports
        .map(|port| match port.name.as_str() {
            "" => port.port.value.to_string(),
            name => format!("{} ({name})", port.port.value),
        })
        .collect();
    let more = service.ports.len().saturating_sub(NAMED);
    if more > 0 {
        ports.push(format!("and {more} more"));
    }
    ports.join(", ")
}
