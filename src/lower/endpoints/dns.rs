//! The resolver `dns`: the pods of a headless Service, asked of the cluster's DNS while HAProxy runs.
//!
//! In: a headless Service. Out: a template of as many servers as are configured, which the answers fill: service records for a port
//! with a name, address records for one without. The DNS of other Services gives the virtual address, behind which HAProxy would
//! neither see nor check a pod. <https://github.com/kubernetes/dns/blob/master/docs/specification.md>

use super::{Answer, Ask, Found, Located, affinity};
use crate::ir::{Address, ClusterDns, Endpoint, Fqdn, Port, Resolver, ServerName, ServiceRecord};
use crate::manifest::{Service, ServicePort, ServiceType, TargetPort};

pub(super) fn answer(ask: &Ask<'_, '_>) -> Answer {
    match template(ask) {
        Ok((endpoint, dns)) => {
            let mut server = ask.server(endpoint, Resolver::Dns, ask.origin());
            server.name = ServerName::template();
            server.slots = Some(dns.slots);
            Answer::Found(Found {
                servers: vec![Located { server, zone: None }],
                client_ip_affinity: affinity::honoured(ask.service),
                ..Found::default()
            })
        }
        Err(why) => Answer::Lacking(why.to_owned()),
    }
}

/// What to ask the DNS for; or what is lacking.
fn template<'a>(ask: &'a Ask<'_, '_>) -> Result<(Endpoint, &'a ClusterDns), &'static str> {
    let service = ask.service;
    if service.kind == ServiceType::ExternalName {
        return Err("the Service is of type ExternalName");
    }
    if !service.headless {
        return Err("the Service is not headless, and DNS would give its clusterIP");
    }
    let port = ask.port.ok_or("the Service does not declare the port")?;
    let dns = ask.directory.settings.dns.as_ref();
    let dns = dns.ok_or("there is no `endpoints.dns`")?;
    Ok((endpoint(service, port, ask.number, dns)?, dns))
}

fn endpoint(
    service: &Service,
    port: &ServicePort,
    number: Port,
    dns: &ClusterDns,
) -> Result<Endpoint, &'static str> {
    let too_long = "its name in DNS would be too long";
    let name = &service.meta.name;
    let name = format!("{}.{}.svc.{}", name.name, name.namespace, dns.domain);
    let name = Fqdn::new(&name).map_err(|_| too_long)?;
    if !port.name.is_empty() {
        // The record goes by the name of the Service port, and has the numbers that the pods give it.
        let record = ServiceRecord::tcp(&port.name, &name).ok_or(too_long)?;
        return Ok(Endpoint {
            address: Address::Service(record),
            port: number,
        });
    }
    let TargetPort::Number(target) = port.target else {
        return Err(
            "the port has no name, so DNS says nothing of it, and its `targetPort` is no number",
        );
    };
    Ok(Endpoint {
        address: Address::Name(name),
        port: Port::new(target).ok_or("its `targetPort` is no port")?,
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use crate::ir::{ClusterDns, ClusterName, Fqdn, Nameserver, Routing};
    use crate::lower::testing::{World, codes, path, port};
    use crate::lower::{Settings, lower};
    use crate::manifest::{PathType::Prefix, Service, ServicePort, TargetPort};

    fn settings() -> Settings {
        let mut settings = Settings::default();
        settings.endpoints.dns = Some(ClusterDns {
            nameservers: Nameserver::parse("10.96.0.10").into_iter().collect(),
            domain: Fqdn::new("cluster.local").expect("legal"),
            slots: NonZeroU16::new(7).expect("not 0"),
        });
        settings
    }

    fn run(
        settings: &Settings,
        port: ServicePort,
        change: impl Fn(&mut Service),
    ) -> (Routing, Vec<String>, Vec<String>) {
        let mut world = World::default();
        let service = world.service("shop", "web", vec![port]);
        service.headless = true;
        change(service);
        world.rule(
            "shop",
            "x",
            Some("a.io"),
            vec![path(Prefix, "/", "web", 80)],
        );
        let lowered = lower(&world.manifests, settings);
        let notes = lowered.findings.iter().flat_map(|finding| &finding.notes);
        let notes = notes.filter(|note| note.starts_with("dns: ")).cloned();
        (lowered.routing, codes(&lowered.findings), notes.collect())
    }

    /// Server name, address with port, slots and section.
    fn shown(routing: &Routing) -> Vec<String> {
        let servers = routing
            .backends
            .values()
            .flat_map(|backend| &backend.servers);
        servers
            .map(|server| {
                let endpoint = &server.endpoint;
                let slots = server.slots.map_or(0, NonZeroU16::get);
                let resolvers = server.resolvers.as_ref().map_or("", |name| name.as_str());
                format!(
                    "{} {}:{} {slots} {resolvers}",
                    server.name, endpoint.address, endpoint.port
                )
            })
            .collect()
    }

    fn to(mut port: ServicePort, target: TargetPort) -> ServicePort {
        port.target = target;
        port
    }

    #[test]
    fn a_port_with_a_name_has_service_records() {
        let named = to(port("http", 80), TargetPort::Name("web".to_owned()));
        let (routing, codes, _) = run(&settings(), named, |_| {});
        assert_eq!(
            shown(&routing),
            ["dns _http._tcp.web.shop.svc.cluster.local:80 7 r_dns"]
        );
        assert_eq!(codes, [""; 0]);
        let sections: Vec<_> = routing.resolvers.into_iter().collect();
        assert_eq!(sections.len(), 1);
        assert_eq!(sections[0].1.nameservers.len(), 1);
    }

    #[test]
    fn a_port_without_a_name_has_addresses_and_the_target_port() {
        let (routing, codes, _) = run(
            &settings(),
            to(port("", 80), TargetPort::Number(8080)),
            |_| {},
        );
        assert_eq!(
            shown(&routing),
            ["dns web.shop.svc.cluster.local:8080 7 r_dns"]
        );
        assert_eq!(codes, [""; 0]);
    }

    #[test]
    fn a_cluster_has_its_own_dns() {
        let mut settings = settings();
        settings.endpoints.cluster = ClusterName::new("fra");
        let (routing, _, _) = run(&settings, port("http", 80), |_| {});
        assert_eq!(
            shown(&routing),
            ["fra_dns _http._tcp.web.shop.svc.cluster.local:80 7 r_dns_fra"]
        );
    }

    #[test]
    fn what_dns_does_not_know_is_lacking() {
        let named = || to(port("", 80), TargetPort::Name("web".to_owned()));
        let long = "a".repeat(63);
        for (settings, port, headless, why) in [
            (settings(), port("http", 80), false, "not headless"),
            (
                Settings::default(),
                port("http", 80),
                true,
                "`endpoints.dns`",
            ),
            (settings(), named(), true, "`targetPort` is no number"),
            (settings(), port(&long, 80), true, "too long"),
        ] {
            let (_, codes, notes) = run(&settings, port, |service| service.headless = headless);
            assert_eq!(codes, ["ING219"], "{why}");
            assert!(notes[0].contains(why), "{notes:?}");
        }
    }
}
