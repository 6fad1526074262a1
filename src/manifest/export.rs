//! Services that stand in the repository and again in an export of the cluster: one object, seen before and after it was applied.
//!
//! In: the Services of a run. Out: the same without those copies; what the cluster alone decided (addresses, families, node ports)
//! has gone over to the repository's description, which otherwise counts: it is what somebody wants to see applied.

use super::model::{Exposure, Service, ServicePort, ServiceType};
use crate::finding::{Code, Finding, Severity};
use crate::source::Origin;

/// Takes exported copies out of `services`, which come back sorted by name. What the repository describes twice, or the cluster,
/// is left as it is: a contradiction.
pub(super) fn take_in(
    mut services: Vec<(Origin, Service)>,
    findings: &mut Vec<Finding>,
) -> Vec<(Origin, Service)> {
    // Stable: of equal names the one that was read first comes first.
    services.sort_by(|(_, a), (_, b)| a.meta.name.cmp(&b.meta.name));
    let mut kept: Vec<(Origin, Service)> = Vec::with_capacity(services.len());
    let mut services = services.into_iter().peekable();
    while let Some(first) = services.next() {
        let mut others = Vec::new();
        while let Some(other) = services.next_if(|(_, it)| it.meta.name == first.1.meta.name) {
            others.push(other);
        }
        if others.is_empty() {
            kept.push(first);
        } else {
            others.insert(0, first);
            kept.extend(unite(others, findings));
        }
    }
    kept
}

/// The descriptions of one Service, without one that the cluster gave. Those of the repository come first, whatever the files
/// are called.
fn unite(services: Vec<(Origin, Service)>, findings: &mut Vec<Finding>) -> Vec<(Origin, Service)> {
    let (mut ours, mut theirs): (Vec<_>, Vec<_>) =
        services.into_iter().partition(|(_, it)| !it.exported);
    if let (Some((_, service)), false) = (ours.first_mut(), theirs.is_empty()) {
        let (_, exported) = theirs.remove(0);
        if service.kind == exported.kind && service.headless == exported.headless {
            learn(service, exported);
        } else {
            findings.push(not_applied(service, &exported));
        }
    }
    ours.extend(theirs);
    ours
}

/// What the cluster decided for one type says nothing about another.
fn not_applied(service: &Service, exported: &Service) -> Finding {
    let name = &service.meta.name;
    Finding::new(
        Code::DUPLICATE_OBJECT,
        format!(
            "Service {name} is {} here, and the cluster still has it as {}: not applied yet",
            sort(service),
            sort(exported)
        ),
    )
    .severity(Severity::Warning)
    .object(format_args!("Service {name}"))
    .field("spec.type")
    .at(service.meta.origin)
    .label(exported.meta.origin, "as the cluster has it")
    .help("apply it, and export the Services of the cluster again")
}

fn sort(service: &Service) -> &'static str {
    match service.kind {
        ServiceType::ClusterIp if service.headless => "headless",
        ServiceType::ClusterIp => "ClusterIP",
        ServiceType::NodePort => "NodePort",
        ServiceType::LoadBalancer => "LoadBalancer",
        ServiceType::ExternalName => "ExternalName",
    }
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
    if service.ip_families.is_empty() {
        service.ip_families = exported.ip_families;
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
    use crate::finding::Severity;
    use crate::manifest::tests::read_files;
    use crate::manifest::{IpFamily, Labels, Service};

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
    fn the_families_are_the_clusters_where_nobody_chose_them() {
        let exported = EXPORTED.replace("clusterIP:", "ipFamilies: [IPv6], clusterIP:");
        let families = |ours: &str| {
            let (_, manifests, findings) = read_files(&[("a.yaml", ours), ("b.yaml", &exported)]);
            assert_eq!(findings, []);
            let service = manifests.services.into_values().next().expect("one");
            service.ip_families
        };
        assert_eq!(families(OURS), [IpFamily::V6]);
        let chosen = OURS.replace("spec: {", "spec: {ipFamilies: [IPv4], ");
        assert_eq!(families(&chosen), [IpFamily::V4]);
    }

    /// The files one way and the other: the codes with their severity, and the Service that is kept.
    fn either_way(ours: &str, exported: &str) -> (Vec<(String, Severity)>, Service) {
        let read = |files: [(&str, &str); 2]| {
            let (sources, manifests, findings) = read_files(&files);
            let codes: Vec<_> = findings
                .iter()
                .map(|it| (it.code.to_string(), it.severity))
                .collect();
            let service = manifests.services.into_values().next().expect("one");
            let text = sources.file(service.meta.origin.file).text.clone();
            assert_eq!(text, ours, "the repository's counts");
            (codes, service)
        };
        let (codes, _) = read([("a.yaml", exported), ("b.yaml", ours)]);
        let (same, service) = read([("a.yaml", ours), ("b.yaml", exported)]);
        assert_eq!(codes, same);
        (codes, service)
    }

    #[test]
    fn another_type_is_one_that_is_not_applied_yet() {
        let node_port = OURS.replace("LoadBalancer", "NodePort");
        let headless = OURS
            .replace("type: LoadBalancer", "clusterIP: None")
            .replace(", nodePort: 30081", "");
        for ours in [node_port, headless] {
            let (codes, service) = either_way(&ours, EXPORTED);
            assert_eq!(codes, [("ING111".to_owned(), Severity::Warning)], "{ours}");
            assert_eq!(service.ports[0].node_port, None, "that of another type");
            assert!(service.exposure().load_balancer.is_empty());
        }
    }

    #[test]
    fn an_external_name_has_been_in_a_cluster_too() {
        let ours = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {type: ExternalName, externalName: db.example.net}\n";
        let stamped = ours.replace(
            "name: db}",
            "name: db, creationTimestamp: 2026-01-01T00:00:00Z}",
        );
        let redacted = ours.replace("spec: {", "spec: {sessionAffinity: None, ");
        for exported in [stamped, redacted] {
            assert_eq!(either_way(ours, &exported).0, [], "{exported}");
        }
        let drafted = ours.replace("name: db}", "name: db, creationTimestamp: null}");
        let (_, _, findings) = read_files(&[("a.yaml", ours), ("b.yaml", &drafted)]);
        assert_eq!(findings.len(), 1, "kubectl create --dry-run writes that");
    }

    #[test]
    fn what_contradicts_is_a_duplicate_as_before() {
        for (first, second, count) in [
            (OURS, OURS.replace("port: 80", "port: 82"), 1),
            (EXPORTED, EXPORTED.replace("port: 80", "port: 82"), 1),
            (
                OURS,
                format!("{}---\n{EXPORTED}", OURS.replace("port: 80", "port: 82")),
                1,
            ),
            (OURS, format!("{EXPORTED}---\n{EXPORTED}"), 1),
        ] {
            let (_, _, findings) = read_files(&[("a.yaml", first), ("b.yaml", &second)]);
            let codes: Vec<_> = findings.iter().map(|it| it.code.to_string()).collect();
            assert_eq!(codes, vec!["ING111"; count], "{second}");
        }
    }
}
