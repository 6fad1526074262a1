//! What is said when no resolver knows the servers of a Service port.
//!
//! In: the Service port and what each resolver lacked. Out: a finding that names the cheapest way out for this Service. It differs: a
//! pinned node port wants nodes, a headless Service wants the cluster's DNS, and whoever has a way to the pods wants slices.

use super::about::nobody;
use super::{Answer, Ask, order};
use crate::finding::{Code, Finding};
use crate::ir::Resolver;
use crate::manifest::ServiceType;

/// Names the Service, what each resolver lacked, and those that were not asked and would have answered.
pub(super) fn finding(ask: &Ask<'_, '_>, lacking: &[(Resolver, String)]) -> Finding {
    let service = ask.service;
    let name = &service.meta.name;
    let asked: Vec<Resolver> = lacking.iter().map(|&(resolver, _)| resolver).collect();
    let waiting = waiting(ask, &asked);
    let finding = Finding::new(
        Code::ENDPOINTS_UNRESOLVED,
        format!(
            "nothing says where port {} of Service {name} is served, so {}",
            ask.number,
            nobody(ask.directory.settings.cluster.as_ref(), ask.purpose)
        ),
    )
    .object(format_args!("Service {name}"))
    .field("spec.ports")
    .at(ask.origin())
    .help(way_out(ask, &asked, waiting.first().copied()));
    let finding = notes(finding, lacking);
    let finding = waiting.iter().fold(finding, |finding, resolver| {
        finding.note(format!(
            "{resolver}: was not asked, and would answer{}",
            condition(*resolver)
        ))
    });
    if service.selector.is_empty() {
        finding.note("the Service has no selector, so the cluster makes no EndpointSlices for it")
    } else {
        finding
    }
}

/// A note for each resolver on what it lacked.
pub(super) fn notes(finding: Finding, lacking: &[(Resolver, String)]) -> Finding {
    lacking.iter().fold(finding, |finding, (resolver, why)| {
        finding.note(format!("{resolver}: {why}"))
    })
}

/// What can be said where servers do not matter: somebody has to write the slices of a Service without selector, and they are no more
/// of a cluster's making than the Service is.
pub(super) fn selectorless(ask: &Ask<'_, '_>) -> Option<Finding> {
    let service = ask.service;
    let name = &service.meta.name;
    (service.selector.is_empty() && service.kind != ServiceType::ExternalName).then(|| {
        Finding::new(
            Code::SELECTORLESS_WITHOUT_SLICE,
            format!("Service {name} has neither selector nor EndpointSlice: nothing says who serves port {}", ask.number),
        )
        .object(format_args!("Service {name}"))
        .field("spec.ports")
        .at(ask.origin())
        .help("add an EndpointSlice with the label `kubernetes.io/service-name`, or a selector")
    })
}

/// The resolvers that nobody asked for and that know servers.
fn waiting(ask: &Ask<'_, '_>, asked: &[Resolver]) -> Vec<Resolver> {
    // What they say about data that is not used concerns nobody.
    let ask = &Ask {
        trial: true,
        ..*ask
    };
    let answers = |resolver: Resolver| match super::answer(resolver, ask, &mut Vec::new()) {
        Answer::Found(found) => !found.servers.is_empty(),
        Answer::Lacking(_) | Answer::Broken(..) => false,
    };
    Resolver::ALL
        .into_iter()
        .filter(|resolver| !asked.contains(resolver) && answers(*resolver))
        .collect()
}

/// What has to hold for a resolver that is not asked by default.
fn condition(resolver: Resolver) -> &'static str {
    match resolver {
        Resolver::ClusterIp => " if this host has a route to the addresses of Services",
        Resolver::ExternalIps => " if those addresses are the cluster's",
        Resolver::HostPort => " if this host reaches the nodes",
        _ => "",
    }
}

fn way_out(ask: &Ask<'_, '_>, asked: &[Resolver], waiting: Option<Resolver>) -> String {
    let service = ask.service;
    let name = &service.meta.name;
    // Nearly every exported Service has a cluster address, and hardly any host a route to it: that is a note, and no advice.
    if let Some(resolver) = waiting.filter(|&resolver| resolver != Resolver::ClusterIp) {
        let (place, condition) = (place_of_order(ask), condition(resolver));
        return format!("add `{resolver}` to {place}{condition}");
    }
    let is_asked = |resolver| asked.contains(&resolver);
    let pinned = ask.port.and_then(|port| port.node_port).is_some();
    let entry = entry(ask);
    let inventory = if is_asked(Resolver::Inventory) {
        format!("list the servers as `{entry}` in `endpoints.inventory`")
    } else {
        format!(
            "list the servers as `{entry}` in `endpoints.inventory`, and add `inventory` to {}",
            place_of_order(ask)
        )
    };
    if pinned && is_asked(Resolver::NodePort) {
        return "add the Nodes to the input (`kubectl get nodes -o yaml`), or list their addresses in `endpoints.nodes`".to_owned();
    }
    if service.kind == ServiceType::LoadBalancer && is_asked(Resolver::LoadBalancer) {
        return format!(
            "add the Service as the cluster has it, with its status (`kubectl get service {} -n {} -o yaml`), or {inventory}",
            name.name, name.namespace
        );
    }
    if service.headless && is_asked(Resolver::Dns) {
        let way = match ask.directory.settings.dns {
            None => "set `endpoints.dns.nameservers` to the cluster's DNS",
            Some(_) => "name the port, so that the cluster's DNS has records of it",
        };
        return format!("{way}, or {inventory}");
    }
    let slices = if is_asked(Resolver::Slices) {
        "add EndpointSlices (`kubectl get endpointslices -A -o yaml`) if this host has a route to the pods; else "
    } else {
        ""
    };
    let node_port = if is_asked(Resolver::NodePort) && !service.selector.is_empty() {
        "pin a `nodePort` and name the nodes, or "
    } else {
        ""
    };
    format!("{slices}{node_port}{inventory}")
}

/// Where the order is written by which this Service's resolvers were asked.
pub(super) fn place_of_order(ask: &Ask<'_, '_>) -> String {
    let meta = &ask.service.meta;
    if ask.directory.settings.services.contains_key(&meta.name) {
        format!("`endpoints.services` for {}", meta.name)
    } else if meta.annotation(order::ANNOTATION).is_some() {
        format!("the annotation `{}`", order::ANNOTATION)
    } else {
        "`endpoints.order`".to_owned()
    }
}

/// The key of the inventory.
fn entry(ask: &Ask<'_, '_>) -> String {
    let name = &ask.service.meta.name;
    match ask.port {
        Some(port) if !port.name.is_empty() => format!("{name}:{}", port.name),
        _ => format!("{name}:{}", ask.number),
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Finding;
    use crate::ir::Resolver;
    use crate::lower::testing::{World, codes, path, port};
    use crate::lower::{Settings, lower};
    use crate::manifest::Labels;
    use crate::manifest::{PathType::Prefix, Service, ServiceType};

    /// What is said about a Service of which nothing is known, after `change`.
    fn said(settings: &Settings, change: impl Fn(&mut Service)) -> Vec<Finding> {
        let mut world = World::default();
        change(world.service("shop", "web", vec![port("http", 80)]));
        let paths = vec![path(Prefix, "/", "web", 80)];
        world.rule("shop", "x", Some("a.io"), paths);
        lower(&world.manifests, settings).findings
    }

    type Change = fn(&mut Service);

    fn help(finding: &Finding) -> &str {
        finding.help.as_deref().unwrap_or_default()
    }

    #[test]
    fn every_resolver_says_what_it_lacked_in_the_order_in_which_they_were_asked() {
        let mut settings = Settings::default();
        settings.endpoints.order = vec![Resolver::Slices, Resolver::Inventory];
        let findings = said(&settings, |_| {});
        assert_eq!(codes(&findings), ["ING219"]);
        assert!(findings[0].message.contains("port 80 of Service shop/web"));
        assert!(findings[0].notes[0].starts_with("slices: "));
        assert!(findings[0].notes[1].starts_with("inventory: "));
        assert!(help(&findings[0]).contains("`shop/web:http`"));
    }

    #[test]
    fn the_way_out_depends_on_the_service() {
        let settings = Settings::default();
        let ways: [(Change, &str); 4] = [
            (
                |service| service.ports[0].node_port = Some(30080),
                "add the Nodes",
            ),
            (
                |service| service.kind = ServiceType::LoadBalancer,
                "with its status",
            ),
            (
                |service| service.headless = true,
                "endpoints.dns.nameservers",
            ),
            (|_| {}, "pin a `nodePort`"),
        ];
        for (change, way) in ways {
            let findings = said(&settings, change);
            assert_eq!(codes(&findings), ["ING219"], "{way}");
            assert!(help(&findings[0]).contains(way), "{}", help(&findings[0]));
        }
    }

    #[test]
    fn a_service_without_selector_has_slices_that_somebody_writes() {
        let mut settings = Settings::default();
        let selectorless = |service: &mut Service| service.selector = Labels::default();
        let findings = said(&settings, selectorless);
        assert_eq!(codes(&findings), ["ING219"]);
        assert!(
            findings[0]
                .notes
                .iter()
                .any(|note| note.contains("selector"))
        );
        settings.endpoints.placeholders = true;
        assert_eq!(codes(&said(&settings, selectorless)), ["ING206"]);
        assert_eq!(codes(&said(&settings, |_| {})), [""; 0]);
    }

    #[test]
    fn who_was_not_asked_and_would_answer_is_named() {
        let mut settings = Settings::default();
        settings.endpoints.order = vec![Resolver::Slices];
        let mut world = World::default();
        let service = world.service("shop", "db", vec![port("", 80)]);
        service.kind = ServiceType::ExternalName;
        service.external_name = Some(crate::lower::testing::value("db.example.com"));
        world.rule("shop", "x", Some("a.io"), vec![path(Prefix, "/", "db", 80)]);
        let findings = lower(&world.manifests, &settings).findings;
        assert_eq!(codes(&findings), ["ING219"]);
        assert!(help(&findings[0]).starts_with("add `externalName` to `endpoints.order`"));
    }
}
