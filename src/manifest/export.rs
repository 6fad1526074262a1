//! Services that stand in the repository and again in an export of the cluster: one object, seen before and after it was applied.
//!
//! In: the Services of a run. Out: the same without those copies; what the cluster alone decided (addresses, node ports) has gone
//! over to the repository's description, which otherwise counts: it is what somebody wants to see applied.

use super::model::{Exposure, ObjectName, Service, ServicePort};
use crate::source::Origin;

/// Takes exported copies out of `services`, which come back sorted by name. A name with two descriptions of the same sort, or
/// with a copy of another type, is left as it is: a contradiction.
pub(super) fn take_in(mut services: Vec<(Origin, Service)>) -> Vec<(Origin, Service)> {
    let name = |service: &Service| -> ObjectName { service.meta.name.clone() };
    // Stable: of equal names the one that was read first comes first.
    services.sort_by(|(_, a), (_, b)| a.meta.name.cmp(&b.meta.name));
    let mut kept: Vec<(Origin, Service)> = Vec::with_capacity(services.len());
    let mut services = services.into_iter().peekable();
    while let Some((origin, mut first)) = services.next() {
        let pair = services.next_if(|(_, second)| second.meta.name == first.meta.name);
        let Some((second_origin, mut second)) = pair else {
            kept.push((origin, first));
            continue;
        };
        let third = services
            .peek()
            .is_some_and(|(_, it)| name(it) == name(&first));
        let alike = first.kind == second.kind && first.headless == second.headless;
        match (first.exported, second.exported) {
            (false, true) if alike && !third => {
                learn(&mut first, second);
                kept.push((origin, first));
            }
            (true, false) if alike && !third => {
                learn(&mut second, first);
                kept.push((second_origin, second));
            }
            _ => kept.extend([(origin, first), (second_origin, second)]),
        }
    }
    kept
}

/// What `exported` knows and `service` leaves to the cluster.
fn learn(service: &mut Service, exported: Service) {
    for port in &mut service.ports {
        let same =
            |it: &&ServicePort| it.port.value == port.port.value && it.protocol == port.protocol;
        if port.node_port.is_none() {
            port.node_port = exported.ports.iter().find(same).and_then(|it| it.node_port);
        }
    }
    let Some(theirs) = exported.exposure else {
        return;
    };
    let Exposure {
        cluster_ips,
        load_balancer,
        health_check_node_port,
        // What a person decides counts as it stands in the repository.
        external_ips: _,
        load_balancer_ip: _,
        local_traffic: _,
        no_node_ports: _,
        client_ip_affinity: _,
    } = *theirs;
    let ours = service.exposure.get_or_insert_default();
    if ours.cluster_ips.is_empty() {
        ours.cluster_ips = cluster_ips;
    }
    if ours.load_balancer.is_empty() {
        ours.load_balancer = load_balancer;
    }
    if ours.health_check_node_port.is_none() {
        ours.health_check_node_port = health_check_node_port;
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::Labels;
    use crate::manifest::tests::read_files;

    const OURS: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n\
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{name: http, port: 80}, {name: admin, port: 81, nodePort: 30081}]}\n";

    const EXPORTED: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n\
        spec: {type: LoadBalancer, selector: {app: old}, clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9], externalTrafficPolicy: Local, \
        healthCheckNodePort: 31000, ports: [{name: http, port: 80, nodePort: 30500}, {name: admin, port: 81, nodePort: 30501}]}\n\
        status: {loadBalancer: {ingress: [{ip: 192.0.2.7}]}}\n";

    #[test]
    fn an_export_tells_what_the_cluster_decided_and_nothing_else() {
        for files in [
            [("a.yaml", OURS), ("b.yaml", EXPORTED)],
            [("a.yaml", EXPORTED), ("b.yaml", OURS)],
        ] {
            let (_, manifests, findings) = read_files(&files);
            assert_eq!(findings, []);
            let service = manifests.services.values().next().expect("one");
            let ports: Vec<_> = service.ports.iter().map(|port| port.node_port).collect();
            assert_eq!(ports, [Some(30500), Some(30081)]);
            assert_eq!(service.selector, Labels::new([("app", "web")]));
            let exposure = service.exposure();
            assert_eq!(exposure.cluster_ips[0].value, "10.96.0.9");
            assert_eq!(exposure.load_balancer[0].value, "192.0.2.7");
            assert!(exposure.local_traffic.is_none());
        }
    }

    #[test]
    fn what_contradicts_is_a_duplicate_as_before() {
        let other = EXPORTED
            .replace("LoadBalancer", "NodePort")
            .replace("status: {loadBalancer: {ingress: [{ip: 192.0.2.7}]}}\n", "");
        for second in [
            OURS.replace("port: 80", "port: 82"),
            other.replace("healthCheckNodePort: 31000, ", ""),
        ] {
            let (_, _, findings) = read_files(&[("a.yaml", OURS), ("b.yaml", &second)]);
            let codes: Vec<_> = findings.iter().map(|it| it.code.to_string()).collect();
            assert_eq!(codes, ["ING111"], "{second}");
        }
    }
}
