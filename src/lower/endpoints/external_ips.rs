//! The resolver `externalIPs`: addresses for which every node answers on the Service's own port, if they are routed to a node.
//!
//! It is asked only when it is configured: nothing checks that an address belongs to whoever writes the Service (CVE-2020-8554),
//! and Kubernetes 1.36 deprecates the field (KEP-5707).

use super::address::{leads_inside, of_one_family, read_all, read_ip};
use super::{Answer, Ask, affinity};
use crate::finding::{Code, Finding};
use crate::ir::Resolver;
use crate::manifest::ServiceType;

pub(super) fn answer(ask: &Ask<'_, '_>, findings: &mut Vec<Finding>) -> Answer {
    let service = ask.service;
    if service.kind == ServiceType::ExternalName {
        return Answer::Lacking("the Service is of type ExternalName".to_owned());
    }
    if service.headless {
        return Answer::Lacking("the Service is headless".to_owned());
    }
    // What is illegal, or leads inside, has its finding from the reading of the Service.
    let written = service.exposure().external_ips.clone();
    let field = ("spec.externalIPs", Code::INVALID_SERVICE);
    let (mut addresses, _) = read_all(ask, field, written, read_ip);
    addresses.retain(|address| leads_inside(&address.value).is_none());
    let Some(first) = addresses.first() else {
        return Answer::Lacking("the Service has no `spec.externalIPs`".to_owned());
    };
    let name = &service.meta.name;
    findings.push(
        Finding::new(
            Code::EXTERNAL_IPS,
            format!("Service {name} is served at its `externalIPs`, which nobody has to own to write them there"),
        )
        .object(format_args!("Service {name}"))
        .field("spec.externalIPs")
        .at(first.origin)
        .help("give the Service the type LoadBalancer or NodePort, or list its servers in `endpoints.inventory`")
        .note("CVE-2020-8554: whoever may write Services can claim any address; Kubernetes 1.36 deprecates the field"),
    );
    affinity::lost(ask, Resolver::ExternalIps, findings);
    ask.at_service_port(Resolver::ExternalIps, of_one_family(service, addresses))
}

#[cfg(test)]
mod tests {
    use crate::ir::Resolver;
    use crate::lower::testing::{World, path, port, servers, value};
    use crate::lower::{EndpointSettings, Settings};
    use crate::manifest::{Exposure, PathType::Prefix, ServiceType};

    fn run(order: &[Resolver], kind: ServiceType, ips: &[&str]) -> (Vec<String>, Vec<String>) {
        let mut world = World::default();
        let service = world.service("shop", "web", vec![port("http", 80)]);
        service.kind = kind;
        service.exposure = Some(Box::new(Exposure {
            external_ips: ips.iter().map(|text| value(text)).collect(),
            ..Exposure::default()
        }));
        world.rule(
            "shop",
            "x",
            Some("a.io"),
            vec![path(Prefix, "/", "web", 80)],
        );
        servers(
            &world,
            &EndpointSettings {
                order: order.to_vec(),
                ..Settings::default().endpoints
            },
        )
    }

    #[test]
    fn they_are_servers_of_one_family_with_a_warning() {
        let asked = [Resolver::ExternalIps];
        for (ips, names) in [
            (
                &["192.0.2.9", "192.0.2.8"][..],
                &["192.0.2.8-80", "192.0.2.9-80"][..],
            ),
            (&["192.0.2.9", "fd00::9"], &["192.0.2.9-80"]),
            (&["127.0.0.1", "x", "192.0.2.9"], &["192.0.2.9-80"]),
        ] {
            let found = run(&asked, ServiceType::ClusterIp, ips);
            assert_eq!(found.0, names, "{ips:?}");
            assert_eq!(found.1, ["ING523"], "{ips:?}");
        }
    }

    #[test]
    fn nobody_gets_them_without_asking() {
        let found = run(
            &Resolver::DEFAULT_ORDER,
            ServiceType::ClusterIp,
            &["192.0.2.9"],
        );
        assert_eq!(found, (vec![], vec!["ING219".to_owned()]));
        let found = run(&[Resolver::ExternalIps], ServiceType::ClusterIp, &[]);
        assert_eq!(found, (vec![], vec!["ING219".to_owned()]));
    }
}
