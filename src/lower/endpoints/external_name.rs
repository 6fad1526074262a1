//! The resolver `externalName`: the name that a Service of this type stands for, resolved while HAProxy runs.
//!
//! In: a Service of this type. Out: its one server, and findings: about names that lead where no route must lead, and about a
//! server that wants TLS and does not get it.

use super::about::left_out;
use super::address::{has_long_label, internal, internal_name};
use super::cluster_names::within;
use super::unresolved::place_of_order;
use super::{Answer, Ask, Found, Located};
use crate::finding::{Code, Finding, Severity};
use crate::ir::{Address, Endpoint, Fqdn, Resolver};
use crate::manifest::ServiceType;
use crate::source::Sourced;

pub(super) fn answer(ask: &Ask<'_, '_>, findings: &mut Vec<Finding>) -> Answer {
    let service = ask.service;
    if service.kind != ServiceType::ExternalName {
        return Answer::Lacking("the Service is not of type ExternalName".to_owned());
    }
    // Without a name the API server refuses it, which is said already.
    let Some(written) = &service.external_name else {
        return Answer::Found(Found::default());
    };
    let finding = judge(ask, written);
    let inside = finding.code == Code::INTERNAL_TARGET;
    findings.push(finding);
    if inside && !ask.directory.settings.internal_targets {
        return Answer::Found(Found::default());
    }
    let Ok(name) = Fqdn::new(&written.value) else {
        return Answer::Found(Found::default());
    };
    findings.extend(in_clear(ask));
    let endpoint = Endpoint {
        address: Address::Name(name),
        port: ask.number,
    };
    Answer::Found(Found {
        servers: vec![Located {
            server: ask.server(endpoint, Resolver::ExternalName, written.origin),
            zone: None,
        }],
        ..Found::default()
    })
}

/// Where an `externalName` leads.
#[derive(Debug, PartialEq, Eq)]
enum Destination<'n> {
    /// Where no route must lead; what that is.
    Inside(&'static str),
    /// An IP address, which is no name.
    Address,
    /// To no server: the name has a label that DNS cannot carry.
    Nowhere,
    /// To a Service of the cluster: its name and namespace.
    Service(&'n str, &'n str),
    /// Anywhere else.
    Outside,
}

impl<'n> Destination<'n> {
    /// `name` is in lower case, without a trailing dot; `domain` is the cluster's.
    fn of(name: &'n str, domain: &str) -> Self {
        if let Some(what) = internal_name(name) {
            return Self::Inside(what);
        }
        if let Ok(ip) = name.parse() {
            return match internal(ip) {
                Some(_) => Self::Inside("the machine that HAProxy runs on or its link"),
                None => Self::Address,
            };
        }
        if has_long_label(name) {
            return Self::Nowhere;
        }
        match service_named(name, domain) {
            Some(("kubernetes", "default")) => Self::Inside("the API server of its cluster"),
            Some((service, namespace)) => Self::Service(service, namespace),
            None => Self::Outside,
        }
    }
}

/// The Service and namespace that a name of the cluster's DNS means: `web.shop.svc.cluster.local`, or a pod of it.
fn service_named<'n>(name: &'n str, domain: &str) -> Option<(&'n str, &'n str)> {
    if name == "kubernetes.default" {
        return name.split_once('.');
    }
    let name = within(name, domain).unwrap_or(name);
    let mut labels = name.strip_suffix(".svc")?.rsplit('.');
    let namespace = labels.next()?;
    Some((labels.next()?, namespace))
}

/// Whoever writes the Service decides where requests go; how bad that is depends on where.
fn judge(ask: &Ask<'_, '_>, written: &Sourced<String>) -> Finding {
    let name = &ask.service.meta.name;
    let shown = written.value.escape_debug();
    let plain = written.value.trim_end_matches('.').to_ascii_lowercase();
    let domain = ask.cluster_domain();
    let outside = |message| Finding::new(Code::EXTERNAL_NAME_SERVICE, message);
    let finding = match Destination::of(&plain, domain) {
        Destination::Inside(what) => Finding::new(
            Code::INTERNAL_TARGET,
            format!(
                "ExternalName Service {name} leads to `{shown}`, {what}{}",
                left_out(ask.directory.settings, ask.purpose)
            ),
        )
        .help("name the host that is to answer"),
        Destination::Address => outside(format!(
            "ExternalName Service {name} names the address `{shown}`, which no DNS server resolves"
        ))
        .severity(Severity::Error)
        .help("list the address in an EndpointSlice of a Service without selector"),
        Destination::Nowhere => outside(format!(
            "ExternalName Service {name} names `{shown}`, which no DNS server can be asked for"
        ))
        .severity(Severity::Error)
        .help("correct the name: what stands between two dots has 63 characters at most"),
        Destination::Service(service, namespace) => in_cluster(ask, &plain, (service, namespace)),
        Destination::Outside => outside(format!(
            "Service {name} leads to `{shown}`, outside the cluster's control"
        ))
        .help("make sure that everybody who may write this Service may choose where traffic goes")
        .note("CVE-2021-25740: whoever controls the name controls the route"),
    };
    finding
        .object(format_args!("Service {name}"))
        .field("spec.externalName")
        .at(written.origin)
}

/// A name for a Service of the cluster: the way around an Ingress's namespace.
fn in_cluster(ask: &Ask<'_, '_>, plain: &str, (service, namespace): (&str, &str)) -> Finding {
    let name = &ask.service.meta.name;
    let settings = ask.directory.settings;
    let message = format!("Service {name} leads to Service {namespace}/{service} as `{plain}`");
    if settings.dns.is_some() && !settings.placeholders && ask.silent_cluster_ip(plain).is_some() {
        return Finding::new(
            Code::EXTERNAL_NAME_SERVICE,
            format!("{message}, a name that means its clusterIP"),
        )
        .severity(Severity::Error)
        .help(format!(
            "put the Ingress into namespace `{namespace}`, or add `clusterIP` to {} if this host has a route to the addresses of Services",
            place_of_order(ask)
        ))
        .note("hardly any host outside of a cluster has such a route: it looks right, and is down");
    }
    let finding = Finding::new(Code::EXTERNAL_NAME_SERVICE, message);
    // To judge manifests, nobody has to know the cluster's DNS.
    if settings.dns.is_some() || settings.placeholders {
        return finding
            .help(format!(
                "put the Ingress into namespace `{namespace}`, where its owner can see who leads there"
            ))
            .note("CVE-2021-25740: an Ingress leads to Services of its own namespace only, and this is a way around");
    }
    finding
        .severity(Severity::Error)
        .help(format!(
            "put the Ingress into namespace `{namespace}`, or set `endpoints.dns` if this host reaches the cluster's DNS and Services"
        ))
        .note("only the cluster's DNS knows the name: elsewhere it has no address, and the routes answer 503")
}

/// A port that speaks TLS everywhere, and would be spoken to in clear.
fn in_clear(ask: &Ask<'_, '_>) -> Option<Finding> {
    let name = &ask.service.meta.name;
    let number = ask.number;
    let is_https = number.get() == 443 || ask.port.is_some_and(|port| port.name == "https");
    let is_said = ask.port.is_some_and(|port| port.app_protocol.is_some());
    (is_https && !is_said).then(|| {
        Finding::new(
            Code::EXTERNAL_NAME_IN_CLEAR,
            format!(
                "port {number} of ExternalName Service {name} says nothing of TLS, so HAProxy speaks to it in clear"
            ),
        )
        .object(format_args!("Service {name}"))
        .field("spec.ports")
        .at(ask.origin())
        .help(match ask.port {
            Some(_) => "set `appProtocol: https` on the port".to_owned(),
            None => format!("declare port {number} in the Service, with `appProtocol: https`"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::Destination;
    use crate::finding::{Finding, Severity};
    use crate::ir::{ClusterDns, Fqdn, Nameserver, Resolver};
    use crate::lower::testing::{World, codes, path, port, value};
    use crate::lower::{Settings, lower};
    use crate::manifest::{PathType::Prefix, ServicePort, ServiceType};

    /// Server names with their sections, and findings.
    fn run(settings: &Settings, port: ServicePort, name: &str) -> (Vec<String>, Vec<Finding>) {
        let mut world = World::default();
        let number = port.port.value;
        let service = world.service("a", "web", vec![port]);
        service.kind = ServiceType::ExternalName;
        service.external_name = Some(value(name));
        world.rule(
            "a",
            "x",
            Some("a.io"),
            vec![path(Prefix, "/", "web", number)],
        );
        let lowered = lower(&world.manifests, settings);
        let backends = lowered.routing.backends.values();
        let shown = |server: &crate::ir::Server| {
            let resolvers = server.resolvers.as_ref().map_or("", |name| name.as_str());
            format!("{} {resolvers}", server.name)
        };
        let servers = backends.flat_map(|backend| backend.servers.iter().map(shown));
        (servers.collect(), lowered.findings)
    }

    fn with_dns() -> Settings {
        let mut settings = Settings::default();
        settings.endpoints.dns = Some(ClusterDns {
            nameservers: Nameserver::parse("10.96.0.10").into_iter().collect(),
            domain: Fqdn::new("cluster.local").expect("legal"),
            slots: std::num::NonZeroU16::MIN,
        });
        settings
    }

    #[test]
    fn names_of_the_cluster_are_told_from_others() {
        use Destination::{Inside, Outside, Service};
        let api = Inside("the API server of its cluster");
        for (name, expected) in [
            ("web.shop.svc.cluster.local", Service("web", "shop")),
            ("web.shop.svc", Service("web", "shop")),
            ("db-0.db.shop.svc.cluster.local", Service("db", "shop")),
            ("kubernetes.default.svc.cluster.local", api),
            ("web.shop.svc.example.com", Outside),
            ("svc.cluster.local", Outside),
            ("shop.svc", Outside),
            ("web.shop", Outside),
            ("xcluster.local", Outside),
        ] {
            assert_eq!(Destination::of(name, "cluster.local"), expected, "{name}");
        }
    }

    #[test]
    fn the_finding_depends_on_where_the_name_leads() {
        let long = format!("{}.example.com", "a".repeat(64));
        for (name, code, severity) in [
            (long.as_str(), "ING506", Severity::Error),
            ("db.example.com.", "ING506", Severity::Warning),
            ("192.0.2.1", "ING506", Severity::Error),
            ("LOCALHOST", "ING507", Severity::Error),
            ("169.254.169.254", "ING507", Severity::Error),
            ("metadata.google.internal", "ING507", Severity::Error),
            ("kubernetes.default", "ING507", Severity::Error),
            ("web.shop.svc.cluster.local", "ING506", Severity::Error),
        ] {
            let (_, findings) = run(&Settings::default(), port("http", 80), name);
            assert_eq!(codes(&findings), [code], "{name}");
            assert_eq!(findings[0].severity, severity, "{name}");
            assert!(findings[0].help.is_some(), "{name}");
        }
    }

    #[test]
    fn a_name_of_the_cluster_is_asked_of_its_dns() {
        let name = "web.shop.svc.cluster.local";
        let (servers, findings) = run(&with_dns(), port("http", 80), name);
        assert_eq!(servers, ["web.shop.svc.cluster.local-80 r_dns"]);
        assert_eq!(findings[0].severity, Severity::Warning);
        let (servers, _) = run(&with_dns(), port("http", 80), "db.example.com");
        assert_eq!(servers, ["db.example.com-80 r_system"]);
        let mut settings = with_dns();
        settings.endpoints.nameservers = Nameserver::parse("192.0.2.53").into_iter().collect();
        let (servers, _) = run(&settings, port("http", 80), "db.example.com");
        assert_eq!(servers, ["db.example.com-80 r_names"]);
    }

    #[test]
    fn a_name_that_means_a_cluster_ip_is_an_error_unless_those_are_asked_for() {
        let severity = |name: &str, headless: bool, order: &[Resolver], placeholders: bool| {
            let mut world = World::default();
            let service = world.service("a", "web", vec![port("http", 80)]);
            service.kind = ServiceType::ExternalName;
            service.external_name = Some(value(name));
            world.service("b", "web", vec![port("http", 80)]).headless = headless;
            world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
            let mut settings = with_dns();
            settings.endpoints.order = order.to_vec();
            settings.endpoints.placeholders = placeholders;
            let findings = lower(&world.manifests, &settings).findings;
            assert_eq!(codes(&findings), ["ING506"], "{name}");
            findings[0].severity
        };
        let (web, alone) = ("web.b.svc.cluster.local", &[Resolver::ExternalName][..]);
        let both = [Resolver::ExternalName, Resolver::ClusterIp];
        assert_eq!(severity(web, false, alone, false), Severity::Error);
        assert_eq!(severity("WEB.b.svc.", false, alone, false), Severity::Error);
        assert_eq!(severity(web, false, &both, false), Severity::Warning);
        assert_eq!(severity(web, false, alone, true), Severity::Warning);
        assert_eq!(severity(web, true, alone, false), Severity::Warning);
        let pod = "web-0.web.b.svc.cluster.local";
        assert_eq!(severity(pod, false, alone, false), Severity::Warning);
    }

    #[test]
    fn a_port_for_tls_is_to_be_spoken_to_in_tls() {
        let said = |port| codes(&run(&Settings::default(), port, "db.example.com").1);
        assert_eq!(said(port("", 443)), ["ING506", "ING229"]);
        assert_eq!(said(port("https", 8443)), ["ING506", "ING229"]);
        assert_eq!(said(port("http", 80)), ["ING506"]);
        let mut secure = port("https", 443);
        secure.app_protocol = Some(value("https"));
        assert_eq!(said(secure), ["ING506"]);
    }
}
