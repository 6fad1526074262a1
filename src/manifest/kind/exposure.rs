//! The ways into a Service that are not its endpoints: addresses of the cluster, of load balancers, of nodes.
//!
//! In: the Service's `spec` and `status`. Out: an [`Exposure`], or nothing for the many Services that have none of it. What
//! belongs to which type is judged in `proxying`; values are kept as they are written.

use super::{Context, core, exact, port};
use crate::finding::Code;
use crate::manifest::model::{Exposure, ServiceType};
use crate::manifest::place::Place;
use crate::source::Sourced;

/// `sessionAffinityConfig.clientIP.timeoutSeconds` when absent: three hours.
const AFFINITY_SECONDS: u32 = 10_800;

/// Takes the fields out of `spec` and `status`.
pub(super) fn read(
    kind: ServiceType,
    spec: &mut core::ServiceSpec,
    status: Option<core::ServiceStatus>,
    context: &Context<'_, '_, '_>,
) -> Option<Box<Exposure>> {
    let place = context.root.child("spec");
    let exposure = Exposure {
        cluster_ips: cluster_ips(spec, &place),
        external_ips: addresses(spec.external_ips.take(), &place, "externalIPs"),
        load_balancer_ip: text(spec.load_balancer_ip.take(), &place, "loadBalancerIP"),
        load_balancer: load_balancer(status, context),
        local_traffic: (spec.external_traffic_policy.as_deref() == Some("Local"))
            .then(|| place.child("externalTrafficPolicy").origin()),
        health_check_node_port: health_check(spec.health_check_node_port, kind, &place, context),
        no_node_ports: spec.allocate_load_balancer_node_ports == Some(false),
        client_ip_affinity: client_ip_affinity(spec, &place),
    };
    let Exposure {
        cluster_ips,
        external_ips,
        load_balancer_ip,
        load_balancer,
        local_traffic,
        health_check_node_port,
        no_node_ports,
        client_ip_affinity,
    } = &exposure;
    let is_exposed = !(cluster_ips.is_empty()
        && external_ips.is_empty()
        && load_balancer_ip.is_none()
        && load_balancer.is_empty()
        && local_traffic.is_none()
        && health_check_node_port.is_none()
        && !no_node_ports
        && client_ip_affinity.is_none());
    is_exposed.then(|| Box::new(exposure))
}

/// `clusterIPs`, whose first is `clusterIP`; manifests of single-stack clusters may have the latter alone.
fn cluster_ips(spec: &mut core::ServiceSpec, place: &Place<'_, '_>) -> Vec<Sourced<String>> {
    let mut all = addresses(spec.cluster_ips.take(), place, "clusterIPs");
    if all.is_empty() {
        let single = text(spec.cluster_ip.take(), place, "clusterIP");
        all = exact(single.into_iter());
    }
    all.retain(|address| address.value != "None");
    all
}

/// `status.loadBalancer.ingress[]`: the address when there is one, the name otherwise. AWS gives names, most others addresses.
fn load_balancer(
    status: Option<core::ServiceStatus>,
    context: &Context<'_, '_, '_>,
) -> Vec<Sourced<String>> {
    let Some(written) = status.and_then(|status| status.load_balancer?.ingress) else {
        return Vec::new();
    };
    let status = context.root.child("status");
    let balancer = status.child("loadBalancer");
    let list = balancer.child("ingress");
    let read = |(ingress, place): (core::LoadBalancerIngress, Place<'_, '_>)| {
        text(ingress.ip, &place, "ip").or_else(|| text(ingress.hostname, &place, "hostname"))
    };
    exact(written.into_iter().zip(list.items()).filter_map(read))
}

fn health_check(
    number: Option<i32>,
    kind: ServiceType,
    spec: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> Option<Sourced<u16>> {
    let number = number.filter(|&number| number != 0 && kind == ServiceType::LoadBalancer)?;
    let place = spec.child("healthCheckNodePort");
    let number = port::number(&place, number, Code::INVALID_SERVICE, context.remarks)?;
    Some(place.sourced(number))
}

fn client_ip_affinity(spec: &core::ServiceSpec, place: &Place<'_, '_>) -> Option<Sourced<u32>> {
    if spec.session_affinity.as_deref() != Some("ClientIP") {
        return None;
    }
    let config = spec.session_affinity_config.as_ref();
    let seconds = config
        .and_then(|config| config.client_ip.as_ref()?.timeout_seconds)
        .and_then(|seconds| u32::try_from(seconds).ok())
        // What is out of range has its finding in `proxying`.
        .filter(|seconds| (1..=86_400).contains(seconds));
    let place = place.child("sessionAffinity");
    Some(place.sourced(seconds.unwrap_or(AFFINITY_SECONDS)))
}

/// The texts of a list that are not empty. Its place is looked for only if it is there: most Services have none of these.
fn addresses(
    list: Option<Vec<String>>,
    parent: &Place<'_, '_>,
    field: &str,
) -> Vec<Sourced<String>> {
    let Some(written) = list else {
        return Vec::new();
    };
    let place = parent.child(field);
    let written = written.into_iter().zip(place.items());
    exact(
        written
            .filter(|(address, _)| !address.is_empty())
            .map(|(address, item)| item.sourced(address)),
    )
}

fn text(value: Option<String>, parent: &Place<'_, '_>, field: &str) -> Option<Sourced<String>> {
    let value = value.filter(|value| !value.is_empty())?;
    Some(parent.child(field).sourced(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::tests::{object, read_files};

    #[test]
    fn a_load_balancer_may_do_without_node_ports() {
        for (written, without) in [("true", false), ("false", true)] {
            let text = format!(
                "spec: {{type: LoadBalancer, allocateLoadBalancerNodePorts: {written}, ports: [{{port: 80}}]}}"
            );
            let exposure = exposure(&text);
            assert_eq!(exposure.is_some_and(|it| it.no_node_ports), without);
        }
    }

    fn exposure(rest: &str) -> Option<Exposure> {
        let (_, manifests, findings) = read_files(&[("a.yaml", &object("v1", "Service", rest))]);
        assert_eq!(findings, [], "{rest}");
        let service = manifests.services.into_values().next().expect("a Service");
        service.exposure.map(|exposure| *exposure)
    }

    /// The values of a list, each with the text at its place.
    fn shown(list: &[Sourced<String>]) -> Vec<&str> {
        list.iter().map(|entry| entry.value.as_str()).collect()
    }

    #[test]
    fn most_services_have_none() {
        for rest in [
            "spec: {ports: [{port: 80}]}",
            "spec: {clusterIP: None, clusterIPs: [None]}",
            "spec: {clusterIP: '', sessionAffinity: None, ports: [{port: 80}]}",
            "spec: {type: NodePort, externalTrafficPolicy: Cluster, ports: [{port: 80}]}",
            "spec: {ports: [{port: 80}]}\nstatus: {loadBalancer: {}}",
        ] {
            assert!(exposure(rest).is_none(), "{rest}");
        }
    }

    #[test]
    fn cluster_ips_come_from_either_field() {
        for (fields, expected) in [
            ("clusterIP: 10.96.0.5", &["10.96.0.5"][..]),
            (
                "clusterIP: 10.96.0.5, clusterIPs: [10.96.0.5, 'fd00::5']",
                &["10.96.0.5", "fd00::5"],
            ),
        ] {
            let found = exposure(&format!("spec: {{ports: [{{port: 80}}], {fields}}}"));
            assert_eq!(shown(&found.expect("set").cluster_ips), expected);
        }
    }

    #[test]
    fn a_load_balancer_has_addresses_or_names() {
        let rest = "spec: {type: LoadBalancer, loadBalancerIP: 192.0.2.9, externalIPs: [192.0.2.1], ports: [{port: 80}]}\n\
            status: {loadBalancer: {ingress: [{ip: 192.0.2.9, hostname: a.example}, {hostname: b.example}, {}]}}";
        let found = exposure(rest).expect("set");
        assert_eq!(shown(&found.load_balancer), ["192.0.2.9", "b.example"]);
        assert_eq!(shown(&found.external_ips), ["192.0.2.1"]);
        let ip = found.load_balancer_ip.expect("set");
        assert_eq!(ip.value, "192.0.2.9");
    }

    #[test]
    fn local_traffic_and_its_health_check_stand_where_they_are_written() {
        let text = object(
            "v1",
            "Service",
            "spec: {type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30005, ports: [{port: 80}]}",
        );
        let (sources, manifests, findings) = read_files(&[("a.yaml", &text)]);
        assert_eq!(findings, []);
        let exposure = manifests.services.values().next().expect("one").exposure();
        assert_eq!(
            exposure.local_traffic.map(|at| sources.text(at)),
            Some("Local")
        );
        let port = exposure.health_check_node_port.expect("pinned");
        assert_eq!((port.value, sources.text(port.origin)), (30005, "30005"));
    }

    #[test]
    fn a_health_check_port_is_a_port() {
        let said = crate::manifest::tests::said(&object(
            "v1",
            "Service",
            "spec: {type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 70000, ports: [{port: 80}]}",
        ));
        assert_eq!(said, ["ING116 spec.healthCheckNodePort | 70000"]);
    }

    #[test]
    fn affinity_lasts_three_hours_unless_it_says_otherwise() {
        for (config, expected) in [
            ("", 10_800),
            (", sessionAffinityConfig: {clientIP: {}}", 10_800),
            (
                ", sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}",
                60,
            ),
        ] {
            let rest =
                format!("spec: {{ports: [{{port: 80}}], sessionAffinity: ClientIP{config}}}");
            let found = exposure(&rest).and_then(|exposure| exposure.client_ip_affinity);
            assert_eq!(found.map(|seconds| seconds.value), Some(expected), "{rest}");
        }
    }
}
