//! Service.
//!
//! Source: `pkg/apis/core/validation`, `ValidateService`; defaults of `pkg/apis/core/v1`. Fields that concern nothing but
//! the cluster's own proxying are checked in `proxying`; the ways in besides the ports are read in `exposure`.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Context, core, exact, exposure, port, proxying};
use crate::finding::Code;
use crate::manifest::decode::nearest;
use crate::manifest::grammar;
use crate::manifest::model::{
    IpFamily, Labels, Meta, Service, ServicePort, ServiceType, TargetPort,
};
use crate::manifest::names;
use crate::manifest::place::Place;
use crate::source::Sourced;

const CODE: Code = Code::INVALID_SERVICE;

pub(super) fn read(object: core::Service, meta: Meta, context: &Context<'_, '_, '_>) -> Service {
    let mut spec = object.spec.unwrap_or_default();
    let place = context.root.child("spec");
    let kind = service_type(spec.type_.as_deref(), &place, context);
    let headless = spec.cluster_ip.as_deref() == Some("None");
    proxying::check(kind, &spec, &place, context);
    let exposure = exposure::read(kind, &mut spec, object.status, context);
    let external_name = external_name(spec.external_name, kind, &place, context);
    let list = place.child("ports");
    let written = spec.ports.unwrap_or_default();
    if written.is_empty() && !headless && kind != ServiceType::ExternalName {
        context.remarks.at(
            &list,
            CODE,
            "",
            "has no ports",
            "add `spec.ports`, or make it headless with `clusterIP: None`",
        );
    }
    let port_names = written.iter().map(|port| port.name.as_deref());
    port::check_names(&list, port_names, false, CODE, context.remarks);
    let ports = written.into_iter().zip(list.items());
    let ports = exact(ports.filter_map(|(port, place)| read_port(port, kind, &place, context)));
    check_unique(&ports, &list, context);
    Service {
        meta,
        kind,
        headless,
        external_name,
        ports,
        selector: Labels::new(
            spec.selector
                .iter()
                .flatten()
                .map(|(key, value)| (key.as_str(), value.as_str())),
        ),
        ip_families: ip_families(spec.ip_families, &place, context),
        publish_not_ready: spec.publish_not_ready_addresses.unwrap_or_default(),
        exported: is_exported(kind, &place, context),
        exposure,
    }
}

/// An ExternalName has no addresses in the cluster, but an affinity of `None`, which survives `ingressc redact`, and who it is.
/// (Of the others that says nothing: people leave it in manifests that they once took out of a cluster.)
fn is_exported(kind: ServiceType, spec: &Place<'_, '_>, context: &Context<'_, '_, '_>) -> bool {
    let metadata = context.root.child("metadata");
    let is_known = || {
        let fields = ["uid", "resourceVersion", "creationTimestamp"];
        fields.iter().any(|field| metadata.child(field).is_set())
    };
    match kind {
        ServiceType::ExternalName => spec.child("sessionAffinity").is_set() || is_known(),
        _ => spec.child("clusterIPs").is_set(),
    }
}

fn service_type(
    text: Option<&str>,
    spec: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> ServiceType {
    match text.unwrap_or_default() {
        "" | "ClusterIP" => ServiceType::ClusterIp,
        "NodePort" => ServiceType::NodePort,
        "LoadBalancer" => ServiceType::LoadBalancer,
        "ExternalName" => ServiceType::ExternalName,
        other => {
            let known = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
            let meant = nearest(other, known.into_iter()).unwrap_or("ClusterIP");
            let subject = format_args!("type `{other}`");
            let help = format!("write `{meant}`");
            context
                .remarks
                .at(&spec.child("type"), CODE, subject, "does not exist", help);
            ServiceType::ClusterIp
        }
    }
}

fn external_name(
    text: Option<String>,
    kind: ServiceType,
    spec: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> Option<Sourced<String>> {
    let place = spec.child("externalName");
    let text = text.filter(|text| !text.is_empty());
    if kind == ServiceType::ExternalName {
        match &text {
            None => context.remarks.at(
                &place,
                CODE,
                "",
                "has the type ExternalName and no `externalName`",
                "add the DNS name that it stands for",
            ),
            // A final dot is legal here alone.
            Some(name) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                grammar::check(
                    &place,
                    "external name",
                    name,
                    names::subdomain,
                    CODE,
                    context.remarks,
                );
            }
        }
    }
    text.map(|text| place.sourced(text))
}

fn read_port(
    port: core::ServicePort,
    kind: ServiceType,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> Option<ServicePort> {
    let remarks = context.remarks;
    let port_place = place.child("port");
    if !port_place.is_set() {
        // The decoder says that it is required.
        return None;
    }
    let number = port::number(&port_place, port.port, CODE, remarks)?;
    let target = match port.target_port {
        None => TargetPort::Number(number),
        Some(target) => read_target(target, number, &place.child("targetPort"), context),
    };
    let node_place = place.child("nodePort");
    let node_port = port
        .node_port
        .filter(|&port| port != 0)
        .and_then(|port| port::number(&node_place, port, CODE, remarks));
    if node_port.is_some() && matches!(kind, ServiceType::ClusterIp | ServiceType::ExternalName) {
        remarks.at(
            &node_place,
            CODE,
            "`nodePort`",
            "is set, but the type has no node ports",
            "remove it, or write `type: NodePort`",
        );
    }
    Some(ServicePort {
        origin: place.origin(),
        name: port.name.unwrap_or_default(),
        port: port_place.sourced(number),
        target,
        protocol: port::protocol(place, port.protocol.as_deref(), CODE, remarks),
        app_protocol: port::app_protocol(place, port.app_protocol, CODE, remarks),
        node_port,
    })
}

/// A number, or the name of a container port. Zero and the empty name stand for the default, the port itself.
fn read_target(
    target: IntOrString,
    port: u16,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> TargetPort {
    let remarks = context.remarks;
    match target {
        IntOrString::Int(0) => TargetPort::Number(port),
        IntOrString::Int(number) => {
            TargetPort::Number(port::number(place, number, CODE, remarks).unwrap_or(port))
        }
        IntOrString::String(name) if name.is_empty() => TargetPort::Number(port),
        IntOrString::String(name) => {
            if let Ok(number) = name.parse::<u16>() {
                remarks.at(
                    place,
                    Code::WRONG_TYPE,
                    format_args!("target port `{name}`"),
                    "is text, and so the name of a port, which no number is",
                    format!("remove the quotes: `{number}`"),
                );
                return TargetPort::Number(number);
            }
            grammar::check(place, "target port", &name, names::port_name, CODE, remarks);
            TargetPort::Name(name)
        }
    }
}

/// One port and protocol, and one node port and protocol, at most once.
fn check_unique(ports: &[ServicePort], list: &Place<'_, '_>, context: &Context<'_, '_, '_>) {
    let mut seen = BTreeMap::new();
    for port in ports {
        let keys = [
            Some(("port", port.port.value)),
            port.node_port.map(|number| ("nodePort", number)),
        ];
        for (field, number) in keys.into_iter().flatten() {
            if let Some(first) = seen.insert((field, number, port.protocol), port.port.origin) {
                let predicate = format_args!("stands twice for {}", port.protocol.name());
                let subject = format_args!("`{field}: {number}`");
                let finding = context
                    .remarks
                    .finding(list, port.port.origin, CODE, subject, predicate)
                    .label(first, "here already")
                    .help("remove one of the two");
                context.remarks.push(finding);
            }
        }
    }
}

fn ip_families(
    families: Option<Vec<String>>,
    spec: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> Vec<IpFamily> {
    let place = spec.child("ipFamilies");
    families
        .unwrap_or_default()
        .iter()
        .zip(place.items())
        .filter_map(|(family, place)| match family.as_str() {
            "IPv4" => Some(IpFamily::V4),
            "IPv6" => Some(IpFamily::V6),
            other => {
                let subject = format_args!("IP family `{other}`");
                context.remarks.at(
                    &place,
                    CODE,
                    subject,
                    "does not exist",
                    "write `IPv4` or `IPv6`",
                );
                None
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::tests::{check_rows, object, read_files};

    #[test]
    fn what_the_api_server_refuses() {
        check_rows(
            "v1",
            "Service",
            &[
                ("spec: {ports: [{port: 80}]}", &[]),
                ("spec: {clusterIP: None}", &[]),
                ("spec: {type: ExternalName, externalName: a.b.}", &[]),
                ("spec: {}", &["ING116 spec.ports | spec"]),
                (
                    "spec: {type: nodeport, ports: [{port: 80}]}",
                    &["ING116 spec.type | nodeport"],
                ),
                (
                    "spec: {type: ExternalName}",
                    &["ING116 spec.externalName | spec"],
                ),
                (
                    "spec: {type: ExternalName, externalName: a_b}",
                    &["ING116 spec.externalName | a_b"],
                ),
                (
                    "spec: {type: ExternalName, externalName: a.b, clusterIP: None}",
                    &["ING116 spec.clusterIP | None"],
                ),
                (
                    "spec: {type: NodePort, clusterIP: None, ports: [{port: 80}]}",
                    &["ING116 spec.clusterIP | None"],
                ),
                (
                    "spec: {clusterIP: a, ports: [{port: 80}]}",
                    &["ING116 spec.clusterIP | a"],
                ),
            ],
        );
    }

    #[test]
    fn what_the_api_server_refuses_in_a_port() {
        check_rows(
            "v1",
            "Service",
            &[
                ("spec: {ports: [{}]}", &["ING120 spec.ports[0].port | {}"]),
                (
                    "spec: {ports: [{port: 0}]}",
                    &["ING116 spec.ports[0].port | 0"],
                ),
                (
                    "spec: {ports: [{port: 65536}]}",
                    &["ING116 spec.ports[0].port | 65536"],
                ),
                (
                    "spec: {ports: [{port: 80, targetPort: 70000}]}",
                    &["ING116 spec.ports[0].targetPort | 70000"],
                ),
                (
                    "spec: {ports: [{port: 80, targetPort: \"80\"}]}",
                    &["ING102 spec.ports[0].targetPort | \"80\""],
                ),
                (
                    "spec: {ports: [{port: 80, targetPort: Web}]}",
                    &["ING116 spec.ports[0].targetPort | Web"],
                ),
                (
                    "spec: {ports: [{port: 80, targetPort: [a]}]}",
                    &["ING102 spec.ports[0].targetPort | [a]"],
                ),
                (
                    "spec: {ports: [{port: 80, protocol: tcp}]}",
                    &["ING116 spec.ports[0].protocol | tcp"],
                ),
                (
                    "spec: {ports: [{port: 80, appProtocol: a b}]}",
                    &["ING116 spec.ports[0].appProtocol | a b"],
                ),
                (
                    "spec: {ports: [{port: 80, nodePort: 30000}]}",
                    &["ING116 spec.ports[0].nodePort | 30000"],
                ),
                (
                    "spec: {ports: [{port: 80, name: A}]}",
                    &["ING116 spec.ports[0].name | A"],
                ),
                (
                    "spec: {ports: [{port: 80, name: a}, {port: 81}]}",
                    &["ING116 spec.ports[1].name | port: 81"],
                ),
                (
                    "spec: {ports: [{port: 80, name: a}, {port: 81, name: a}]}",
                    &["ING116 spec.ports[1].name | a"],
                ),
                (
                    "spec: {ports: [{port: 80, name: a}, {port: 80, name: b}]}",
                    &["ING116 spec.ports | 80"],
                ),
                (
                    "spec: {ports: [{port: 80, name: a}, {port: 80, name: b, protocol: UDP}]}",
                    &[],
                ),
                (
                    "spec: {ports: [{port: 80}], ipFamilies: [IPv5]}",
                    &["ING116 spec.ipFamilies[0] | IPv5"],
                ),
            ],
        );
    }

    #[test]
    fn defaults_are_those_of_the_api_server() {
        let (_, manifests, _) = read_files(&[(
            "a.yaml",
            &object("v1", "Service", "spec: {ports: [{port: 80}]}"),
        )]);
        let service = manifests.services.values().next().expect("a Service");
        assert_eq!(service.kind, ServiceType::ClusterIp);
        assert!(!service.headless && service.selector.is_empty() && !service.publish_not_ready);
        let port = &service.ports[0];
        assert_eq!(port.target, TargetPort::Number(80));
        assert_eq!(port.protocol.name(), "TCP");
    }
}
