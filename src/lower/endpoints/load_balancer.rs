//! The resolver `loadBalancer`: the address of the load balancer that stands in front of a Service, on the Service's own port.
//!
//! In: a Service of type LoadBalancer. Out: a server an address. Only an export has the address that the cluster chose; manifests
//! under version control have it when it is pinned, which every load balancer writes in its own way.

use super::address::{self, of_one_family, read_all, read_ip};
use super::{Answer, Ask, Found, affinity};
use crate::finding::{Code, Finding};
use crate::ir::{Address, Resolver};
use crate::manifest::{Service, ServiceType};
use crate::source::Sourced;

/// Where an address can be pinned: a list with commas. Newer names come first.
///
/// `MetalLB` (<https://metallb.io/usage/>), kube-vip (<https://kube-vip.io/docs/usage/kubernetes-services/>), Cilium
/// (<https://docs.cilium.io/en/stable/network/lb-ipam/>) and Azure
/// (<https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/>).
const ANNOTATIONS: [&str; 7] = [
    "metallb.io/loadBalancerIPs",
    "metallb.universe.tf/loadBalancerIPs",
    "kube-vip.io/loadbalancerIPs",
    "lbipam.cilium.io/ips",
    "io.cilium/lb-ipam-ips",
    "service.beta.kubernetes.io/azure-load-balancer-ipv4",
    "service.beta.kubernetes.io/azure-load-balancer-ipv6",
];

pub(super) fn answer(ask: &Ask<'_, '_>, findings: &mut Vec<Finding>) -> Answer {
    let service = ask.service;
    if service.kind != ServiceType::LoadBalancer {
        return Answer::Lacking("the Service is not of type LoadBalancer".to_owned());
    }
    let Some(written) = Written::of(service) else {
        return Answer::Lacking(
            "the Service has no `status.loadBalancer`, and no annotation pins its address"
                .to_owned(),
        );
    };
    let (addresses, said) = read_all(
        ask,
        (&written.field, written.code),
        written.values,
        written.read,
    );
    // To ask the next resolver then could hide what the manifest tried.
    let inside = |finding: &Finding| finding.code == Code::INTERNAL_TARGET;
    if addresses.is_empty() && said.iter().any(inside) {
        findings.extend(said);
        return Answer::Found(Found::default());
    }
    if addresses.is_empty() {
        let why = format!("`{}` holds no address that can be used", written.field);
        return match said.into_iter().next() {
            Some(finding) => Answer::Broken(why, finding),
            None => Answer::Lacking(why),
        };
    }
    findings.extend(said);
    affinity::lost(ask, Resolver::LoadBalancer, findings);
    ask.at_service_port(Resolver::LoadBalancer, of_one_family(service, addresses))
}

/// Addresses as the manifest has them.
struct Written {
    values: Vec<Sourced<String>>,
    field: String,
    /// What an illegal one is.
    code: Code,
    /// Only the cluster can give a name.
    read: fn(&str) -> Option<Address>,
}

impl Written {
    /// The first place that says something: what the cluster chose, what it is asked to choose, and the field that came before the
    /// annotations.
    fn of(service: &Service) -> Option<Self> {
        let exposure = service.exposure();
        if !exposure.load_balancer.is_empty() {
            return Some(Self {
                values: exposure.load_balancer.clone(),
                field: "status.loadBalancer.ingress".to_owned(),
                code: Code::INVALID_SERVICE,
                read: address::read,
            });
        }
        let annotated = ANNOTATIONS
            .iter()
            .filter_map(|key| service.meta.annotation(key))
            .map(|annotation| {
                let values = split(&annotation.value);
                (
                    annotation,
                    values
                        .filter(|value| !is_any(&value.value))
                        .collect::<Vec<_>>(),
                )
            })
            .find(|(_, values)| !values.is_empty());
        if let Some((annotation, values)) = annotated {
            return Some(Self {
                values,
                field: format!("metadata.annotations[{}]", annotation.key),
                code: Code::INVALID_ENDPOINTS_ANNOTATION,
                read: read_ip,
            });
        }
        let field = exposure.load_balancer_ip.as_ref()?;
        (!is_any(&field.value)).then(|| Self {
            values: vec![field.clone()],
            field: "spec.loadBalancerIP".to_owned(),
            code: Code::INVALID_SERVICE,
            read: read_ip,
        })
    }
}

fn split(list: &Sourced<String>) -> impl Iterator<Item = Sourced<String>> + '_ {
    list.value
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| Sourced::new(part.to_owned(), list.origin))
}

/// kube-vip's way to say that DHCP chooses.
fn is_any(text: &str) -> bool {
    matches!(text, "0.0.0.0" | "::")
}

#[cfg(test)]
mod tests {
    use crate::ir::Resolver;
    use crate::lower::testing::{World, annotation, origin, path, port, servers, value};
    use crate::lower::{EndpointSettings, Settings};
    use crate::manifest::{Exposure, IpFamily, PathType::Prefix, Service, ServiceType};
    use crate::source::Sourced;

    /// The servers of a Service of this type with port 80, after `change`, and the codes of the findings.
    fn run(change: impl Fn(&mut Service)) -> (Vec<String>, Vec<String>) {
        let mut world = World::default();
        let service = world.service("shop", "web", vec![port("http", 80)]);
        service.kind = ServiceType::LoadBalancer;
        change(service);
        world.rule(
            "shop",
            "x",
            Some("a.io"),
            vec![path(Prefix, "/", "web", 80)],
        );
        servers(
            &world,
            &EndpointSettings {
                order: vec![Resolver::LoadBalancer],
                ..Settings::default().endpoints
            },
        )
    }

    fn status(addresses: &[&str]) -> Box<Exposure> {
        Box::new(Exposure {
            load_balancer: addresses.iter().map(|text| value(text)).collect(),
            ..Exposure::default()
        })
    }

    #[test]
    fn the_status_has_addresses_or_names() {
        for (addresses, expected) in [
            (&["192.0.2.9"][..], &["192.0.2.9-80"][..]),
            (
                &["192.0.2.9", "192.0.2.8"],
                &["192.0.2.8-80", "192.0.2.9-80"],
            ),
            (&["A.elb.example."], &["a.elb.example-80"]),
            (&["fd00::9", "192.0.2.9"], &["fd00::9-80"]),
            (&["a.example", "192.0.2.9"], &["192.0.2.9-80"]),
        ] {
            let found = run(|service| service.exposure = Some(status(addresses)));
            assert_eq!(found.0, expected, "{addresses:?}");
            assert_eq!(found.1, [""; 0], "{addresses:?}");
        }
    }

    #[test]
    fn of_two_families_the_services_first_is_taken() {
        let found = run(|service| {
            service.ip_families = vec![IpFamily::V6, IpFamily::V4];
            service.exposure = Some(status(&["192.0.2.9", "fd00::9"]));
        });
        assert_eq!(found.0, ["fd00::9-80"]);
    }

    #[test]
    fn pinned_addresses_are_read_in_every_dialect() {
        for key in super::ANNOTATIONS {
            let found = run(|service| {
                let pinned = annotation(key, " 192.0.2.9 ,192.0.2.8,");
                service.meta.annotations.push(pinned);
            });
            assert_eq!(found.0, ["192.0.2.8-80", "192.0.2.9-80"], "{key}");
            assert_eq!(found.1, [""; 0], "{key}");
        }
        let field = run(|service| {
            service.exposure = Some(Box::new(Exposure {
                load_balancer_ip: Some(value("192.0.2.7")),
                ..Exposure::default()
            }));
        });
        assert_eq!(field.0, ["192.0.2.7-80"]);
    }

    #[test]
    fn what_the_cluster_chose_counts_more_than_what_it_was_asked_for() {
        let found = run(|service| {
            let pinned = annotation("metallb.io/loadBalancerIPs", "192.0.2.1");
            service.meta.annotations.push(pinned);
            service.exposure = Some(status(&["192.0.2.2"]));
        });
        assert_eq!(found.0, ["192.0.2.2-80"]);
    }

    #[test]
    fn unknown_addresses_are_lacking_and_illegal_ones_are_broken() {
        type Change = fn(&mut Service);
        let cases: [(Change, &[&str], &[&str]); 7] = [
            (|_| {}, &[], &["ING219"]),
            (
                |service| {
                    let dhcp = annotation("kube-vip.io/loadbalancerIPs", "0.0.0.0");
                    service.meta.annotations.push(dhcp);
                },
                &[],
                &["ING219"],
            ),
            (
                |service| {
                    let pool = annotation("metallb.io/loadBalancerIPs", "pool-a");
                    service.meta.annotations.push(pool);
                },
                &[],
                &["ING228"],
            ),
            (
                |service| {
                    let half = annotation("lbipam.cilium.io/ips", "192.0.2.1, 300.1.1.1");
                    service.meta.annotations.push(half);
                },
                &["192.0.2.1-80"],
                &["ING228"],
            ),
            (
                |service| service.exposure = Some(status(&["192.0.2.256"])),
                &[],
                &["ING116"],
            ),
            (
                |service| {
                    let pinned = annotation("metallb.io/loadBalancerIPs", "127.0.0.1,192.0.2.1");
                    service.meta.annotations.push(pinned);
                },
                &["192.0.2.1-80"],
                &["ING507"],
            ),
            (
                |service| service.exposure = Some(status(&["localhost"])),
                &[],
                &["ING507"],
            ),
        ];
        for (change, names, codes) in cases {
            let found = run(change);
            assert_eq!(found.0, names, "{codes:?}");
            assert_eq!(found.1, codes);
        }
    }

    #[test]
    fn other_types_have_none() {
        let found = run(|service| {
            service.kind = ServiceType::NodePort;
            service.exposure = Some(status(&["192.0.2.9"]));
        });
        assert_eq!(found.0, [""; 0]);
    }

    #[test]
    fn session_affinity_is_lost() {
        let found = run(|service| {
            let mut exposure = status(&["192.0.2.9"]);
            exposure.client_ip_affinity = Some(Sourced::new(600, origin()));
            service.exposure = Some(exposure);
        });
        assert_eq!(found.1, ["ING226"]);
    }
}
