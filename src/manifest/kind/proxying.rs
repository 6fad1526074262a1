//! What a Service may say about the cluster's own proxying, and with which types.
//!
//! An object that the API server refuses does not exist, whatever it says. What of it leads to servers is read in `exposure`.
//! Source: `pkg/apis/core/validation`, `ValidateService`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Context, core};
use crate::finding::Code;
use crate::manifest::model::ServiceType;
use crate::manifest::place::Place;

const CODE: Code = Code::INVALID_SERVICE;

/// Checks the fields that go together with some types only, and those with a fixed set of values.
pub(super) fn check(
    kind: ServiceType,
    spec: &core::ServiceSpec,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) {
    let refuse = |field: &str, predicate: &str, help: &str| {
        let subject = format_args!("`{field}`");
        let place = place.child(field);
        context.remarks.at(&place, CODE, subject, predicate, help);
    };
    check_cluster_ip(kind, spec.cluster_ip.as_deref().unwrap_or_default(), refuse);
    let has_families = spec
        .ip_families
        .as_ref()
        .is_some_and(|list| !list.is_empty());
    if kind == ServiceType::ExternalName && has_families {
        refuse(
            "ipFamilies",
            "is set, but the type is ExternalName",
            "remove it",
        );
    }
    check_balancing(kind, spec, refuse);
    check_choices(spec, refuse);
    check_affinity(spec, place, context);
    check_external_ips(spec, place, context);
    if kind == ServiceType::LoadBalancer {
        check_source_ranges(spec, place, context);
    }
}

fn check_cluster_ip(kind: ServiceType, cluster_ip: &str, refuse: impl Fn(&str, &str, &str)) {
    match (kind, cluster_ip) {
        (_, "") => {}
        (ServiceType::ExternalName, _) => {
            refuse(
                "clusterIP",
                "is set, but the type is ExternalName",
                "remove it",
            );
        }
        (ServiceType::NodePort | ServiceType::LoadBalancer, "None") => refuse(
            "clusterIP",
            "is `None`, which only the type ClusterIP allows",
            "remove it, or remove `type`",
        ),
        (_, "None") => {}
        _ if cluster_ip.parse::<IpAddr>().is_err() => {
            refuse(
                "clusterIP",
                "is not an IP address",
                "remove it: the cluster picks one",
            );
        }
        _ => {}
    }
}

/// Fields of load balancers, and of whatever is reached from outside.
fn check_balancing(kind: ServiceType, spec: &core::ServiceSpec, refuse: impl Fn(&str, &str, &str)) {
    let has = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
    let is_balancer = kind == ServiceType::LoadBalancer;
    let only_balancers = [
        (
            "loadBalancerSourceRanges",
            has(&spec.load_balancer_source_ranges),
        ),
        ("loadBalancerClass", spec.load_balancer_class.is_some()),
        (
            "allocateLoadBalancerNodePorts",
            spec.allocate_load_balancer_node_ports.is_some(),
        ),
    ];
    for (field, is_set) in only_balancers {
        if is_set && !is_balancer {
            refuse(
                field,
                "is set, but the type is not LoadBalancer",
                "remove it",
            );
        }
    }
    let policy = spec.external_traffic_policy.as_deref().unwrap_or_default();
    let is_reached = match kind {
        ServiceType::NodePort | ServiceType::LoadBalancer => true,
        ServiceType::ClusterIp => has(&spec.external_ips),
        ServiceType::ExternalName => false,
    };
    if !policy.is_empty() && !is_reached {
        refuse(
            "externalTrafficPolicy",
            "is set, but nothing reaches this type from outside",
            "remove it",
        );
    }
    let has_check_port = spec.health_check_node_port.is_some_and(|port| port != 0);
    if has_check_port && !(is_balancer && policy == "Local") {
        refuse(
            "healthCheckNodePort",
            "is set, which needs the type LoadBalancer and `externalTrafficPolicy: Local`",
            "remove it",
        );
    }
}

fn check_choices(spec: &core::ServiceSpec, refuse: impl Fn(&str, &str, &str)) {
    let policies: &[&str] = &["Cluster", "Local"];
    let distributions: &[&str] = &["PreferClose", "PreferSameZone", "PreferSameNode"];
    let choices = [
        (
            "sessionAffinity",
            &spec.session_affinity,
            &["None", "ClientIP"] as &[&str],
        ),
        (
            "externalTrafficPolicy",
            &spec.external_traffic_policy,
            policies,
        ),
        (
            "internalTrafficPolicy",
            &spec.internal_traffic_policy,
            policies,
        ),
        (
            "trafficDistribution",
            &spec.traffic_distribution,
            distributions,
        ),
    ];
    for (field, text, known) in choices {
        let text = text.as_deref().filter(|text| !text.is_empty());
        if let Some(text) = text.filter(|text| !known.contains(text)) {
            let predicate = format!("is `{text}`, which does not exist");
            refuse(
                field,
                &predicate,
                &format!("write `{}`", known.join("` or `")),
            );
        }
    }
}

fn check_affinity(spec: &core::ServiceSpec, place: &Place<'_, '_>, context: &Context<'_, '_, '_>) {
    let Some(config) = &spec.session_affinity_config else {
        return;
    };
    let place = place.child("sessionAffinityConfig");
    if spec.session_affinity.as_deref() != Some("ClientIP") {
        context.remarks.at(
            &place,
            CODE,
            "`sessionAffinityConfig`",
            "is set, but `sessionAffinity` is not `ClientIP`",
            "remove it, or write `sessionAffinity: ClientIP`",
        );
        return;
    }
    let timeout = config
        .client_ip
        .as_ref()
        .and_then(|client| client.timeout_seconds);
    if let Some(seconds) = timeout.filter(|seconds| !(1..=86_400).contains(seconds)) {
        let client = place.child("clientIP");
        context.remarks.at(
            &client.child("timeoutSeconds"),
            CODE,
            format_args!("timeout {seconds}"),
            "is out of range",
            "write a number from 1 to 86400",
        );
    }
}

fn check_external_ips(
    spec: &core::ServiceSpec,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) {
    let list = place.child("externalIPs");
    for (text, item) in spec.external_ips.iter().flatten().zip(list.items()) {
        if !text.parse().is_ok_and(is_routed) {
            context.remarks.at(
                &item,
                CODE,
                format_args!("external IP `{text}`"),
                "is not an address that networks route",
                "write an IP address that is reachable from outside the cluster",
            );
        }
    }
}

fn check_source_ranges(
    spec: &core::ServiceSpec,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) {
    let list = place.child("loadBalancerSourceRanges");
    let written = spec.load_balancer_source_ranges.iter().flatten();
    for (text, item) in written.zip(list.items()) {
        if !is_network(text.trim()) {
            context.remarks.at(
                &item,
                CODE,
                format_args!("source range `{text}`"),
                "is not a network",
                "write an address and the length of its prefix, such as `192.0.2.0/24`",
            );
        }
    }
}

/// `address/length`. As the API server reads them, IPv4 numbers may have leading zeros.
fn is_network(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let plain = |part: &str| match part.trim_start_matches('0') {
        "" if !part.is_empty() => "0".to_owned(),
        rest => rest.to_owned(),
    };
    let bits = if address.contains(':') {
        address.parse::<Ipv6Addr>().ok().map(|_| 128)
    } else {
        let octets: Vec<String> = address.split('.').map(plain).collect();
        octets.join(".").parse::<Ipv4Addr>().ok().map(|_| 32)
    };
    let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    is_number && bits.is_some_and(|bits: u8| length.parse().is_ok_and(|length: u8| length <= bits))
}

fn is_routed(ip: IpAddr) -> bool {
    let is_link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local() || matches!(ip.octets(), [224, 0, 0, _]),
        IpAddr::V6(ip) => ip.is_unicast_link_local() || matches!(ip.segments(), [0xff02, ..]),
    };
    !(ip.is_unspecified() || ip.is_loopback() || is_link_local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::tests::check_rows;

    #[test]
    fn networks_are_read_as_by_the_api_server() {
        for text in [
            "10.0.0.0/8",
            "010.0.0.1/32",
            "0.0.0.0/0",
            "::/0",
            "fd00::1/128",
        ] {
            assert!(is_network(text), "{text}");
        }
        for text in [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10..0.0/8",
            "::/129",
            "a/8",
            "",
        ] {
            assert!(!is_network(text), "{text}");
        }
    }

    #[test]
    fn what_the_api_server_refuses() {
        check_rows(
            "v1",
            "Service",
            &[
                (
                    "spec: {type: ExternalName, externalName: a.b, ipFamilies: [IPv4]}",
                    &["ING116 spec.ipFamilies | [IPv4]"],
                ),
                (
                    "spec: {type: LoadBalancer, ports: [{port: 80}], loadBalancerClass: a/b, externalTrafficPolicy: Local, healthCheckNodePort: 30000}",
                    &[],
                ),
                (
                    "spec: {type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [' 192.0.2.0/24', 192.0.2.1]}",
                    &["ING116 spec.loadBalancerSourceRanges[1] | 192.0.2.1"],
                ),
                (
                    "spec: {ports: [{port: 80}], externalIPs: [192.0.2.1], externalTrafficPolicy: Cluster}",
                    &[],
                ),
                (
                    "spec: {ports: [{port: 80}], sessionAffinity: Cookie}",
                    &["ING116 spec.sessionAffinity | Cookie"],
                ),
                (
                    "spec: {ports: [{port: 80}], sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}}",
                    &["ING116 spec.sessionAffinityConfig | {clientIP: {timeoutSeconds: 5}}"],
                ),
                (
                    "spec: {ports: [{port: 80}], sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}}",
                    &["ING116 spec.sessionAffinityConfig.clientIP.timeoutSeconds | 0"],
                ),
                (
                    "spec: {ports: [{port: 80}], externalTrafficPolicy: Local}",
                    &["ING116 spec.externalTrafficPolicy | Local"],
                ),
                (
                    "spec: {ports: [{port: 80}], loadBalancerClass: a}",
                    &["ING116 spec.loadBalancerClass | a"],
                ),
                (
                    "spec: {ports: [{port: 80}], healthCheckNodePort: 30000}",
                    &["ING116 spec.healthCheckNodePort | 30000"],
                ),
                (
                    "spec: {ports: [{port: 80}], externalIPs: [127.0.0.1, 192.0.2.1]}",
                    &["ING116 spec.externalIPs[0] | 127.0.0.1"],
                ),
                (
                    "spec: {ports: [{port: 80}], trafficDistribution: Near}",
                    &["ING116 spec.trafficDistribution | Near"],
                ),
            ],
        );
    }
}
