//! The resolver `nodePort`: the port of a Service that is open on every node.
//!
//! In: a Service of type NodePort or LoadBalancer, and the nodes. Out: a server a node. kube-proxy takes it from there, to a pod
//! on any node, or with `externalTrafficPolicy: Local` to one on the same: nodes without a pod drop connections then, and it is
//! the health check that finds them.

use std::collections::HashMap;

use super::nodes::Bound;
use super::{Answer, Ask, Found, affinity};
use crate::finding::{Code, Finding};
use crate::ir::{Backend, Check, CheckPath, HealthCheck, Port, Resolver};
use crate::manifest::{ServicePort, ServiceType};

pub(super) fn answer(ask: &Ask<'_, '_>, findings: &mut Vec<Finding>) -> Answer {
    let service = ask.service;
    let kind = match service.kind {
        ServiceType::NodePort => "NodePort",
        ServiceType::LoadBalancer => "LoadBalancer",
        ServiceType::ClusterIp => return lacking("the Service is of type ClusterIP"),
        ServiceType::ExternalName => return lacking("the Service is of type ExternalName"),
    };
    let Some(port) = ask.port else {
        return lacking("the Service does not declare the port");
    };
    if port.node_port.is_none() && service.exposure().no_node_ports {
        return lacking("the Service has none: `allocateLoadBalancerNodePorts` is false");
    }
    let nodes = ask.nodes();
    if let Some(why) = nodes.lacking() {
        return Answer::Lacking(why);
    }
    let Some(number) = port.node_port.and_then(Port::new) else {
        return Answer::Broken(
            format!("port {} has no `nodePort`", ask.number),
            not_pinned(ask, port, kind),
        );
    };
    let everywhere = Bound {
        port: number,
        ip: None,
    };
    let members = nodes.members().iter();
    let ports: Vec<_> = members.map(|member| (member, everywhere)).collect();
    let mut servers = nodes.servers(ask, Resolver::NodePort, &ports);
    if servers.is_empty() {
        return lacking("no node has an address of the Service's family");
    }
    affinity::lost(ask, Resolver::NodePort, findings);
    let (health, check) = health(ask);
    for located in &mut servers {
        located.server.check = check;
    }
    Answer::Found(Found {
        servers,
        health,
        ..Found::default()
    })
}

fn lacking(why: &str) -> Answer {
    Answer::Lacking(why.to_owned())
}

/// kube-proxy says on a port of its own whether a node has a pod of the Service, but only where a load balancer is to ask
/// (<https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy>).
fn health(ask: &Ask<'_, '_>) -> (HealthCheck, Check) {
    let exposure = ask.service.exposure();
    let pinned = exposure
        .health_check_node_port
        .as_ref()
        .and_then(|port| Port::new(port.value));
    let balanced = ask.service.kind == ServiceType::LoadBalancer;
    match (pinned, CheckPath::new("/healthz")) {
        (Some(port), Ok(path)) if balanced && exposure.local_traffic.is_some() => {
            (HealthCheck::Http(path), Check::At(port))
        }
        _ => (HealthCheck::Connect, Check::Here),
    }
}

fn not_pinned(ask: &Ask<'_, '_>, port: &ServicePort, kind: &str) -> Finding {
    let name = &ask.service.meta.name;
    let ports = &ask.service.ports;
    let index = ports.iter().position(|it| it.origin == port.origin);
    Finding::new(
        Code::NODE_PORT_NOT_PINNED,
        format!(
            "port {} of Service {name} (type {kind}) has no `nodePort`, so only the cluster knows which one it gets",
            ask.number
        ),
    )
    .object(format_args!("Service {name}"))
    .field(format!("spec.ports[{}].nodePort", index.unwrap_or_default()))
    .at(port.origin)
    .help("pin it in the manifest, such as `nodePort: 30080`: the cluster gives 30000 to 30085 away last")
    .note("KEP-3668; the Service as the cluster has it, `kubectl get service -o yaml`, would do as well")
}

/// Two Services at one node port: the cluster would refuse the second, and HAProxy would send the requests for both to whichever
/// the cluster has.
pub(super) fn taken_twice(backends: &[Backend], findings: &mut Vec<Finding>) {
    let mut taken: HashMap<Port, &Backend> = HashMap::new();
    for backend in backends {
        let mut servers = backend.servers.iter();
        let Some(server) = servers.find(|server| server.resolver == Resolver::NodePort) else {
            continue;
        };
        let number = server.endpoint.port;
        let Some(first) = taken.get(&number) else {
            taken.insert(number, backend);
            continue;
        };
        let (ours, theirs) = (&backend.service, &first.service);
        findings.push(
            Finding::new(
                Code::INVALID_SERVICE,
                format!("port {ours} has the node port {number}, which {theirs} has already"),
            )
            .object(format_args!("Service {}/{}", ours.namespace, ours.name))
            .field("spec.ports[].nodePort")
            .at(backend.origin)
            .label(first.origin, format!("the port {theirs}"))
            .help(
                "give one of them another `nodePort`: each is one Service's in the whole cluster",
            ),
        );
    }
}

#[cfg(test)]
mod tests;
