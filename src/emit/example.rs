//! Small routing models for tests.

use std::net::IpAddr;

use crate::ir::{
    Address, Backend, BackendName, BindAddress, Certificate, Check, CheckPath, Claim, Endpoint,
    FileStem, Fqdn, HealthCheck, Host, HostId, HostPattern, Nameserver, PathMatch, PathPattern,
    PathRule, Pem, Port, Resolver, Resolvers, ResolversName, Routing, Server, ServerName,
    ServerProtocol, ServiceRecord, ServiceRef, Target, Weight,
};
use crate::source::{File, FileId, Origin, Sourced, Sources};

/// One manifest of a hundred lines with ten bytes each, which [`origin`] points into.
pub(crate) fn sources() -> Sources {
    let mut sources = Sources::default();
    sources.add(File::new("deploy/shop.yaml", "123456789\n".repeat(100)));
    sources
}

/// The first byte of a line of the manifest.
pub(crate) fn origin(line: u32) -> Origin {
    let start = (line - 1) * 10;
    Origin {
        file: FileId::new(0),
        start,
        end: start + 9,
    }
}

/// A certificate that loads, and the names it is offered for.
pub(crate) fn certificate(names: &[&str]) -> Certificate {
    let pem = include_str!("self-signed.pem").to_owned();
    Certificate {
        secret: "shop/tls".to_owned(),
        pem: Pem::inline(pem).expect("legal"),
        names: names
            .iter()
            .map(|name| Sourced::new(HostPattern::new(name).expect("legal"), origin(1)))
            .collect(),
        origin: origin(1),
    }
}

/// `namespace_service_80` with servers at these addresses.
pub(crate) fn backend(service: &str, protocol: ServerProtocol, addresses: &[&str]) -> Backend {
    let server = |address: &&str| {
        let address = match address.parse::<IpAddr>() {
            Ok(ip) => Address::Ip(ip),
            Err(_) => Address::Name(Fqdn::new(address).expect("legal")),
        };
        let endpoint = Endpoint {
            address,
            port: Port::new(8080).expect("not 0"),
        };
        Server::new(endpoint, Resolver::Slices, origin(30))
    };
    Backend {
        name: BackendName::new("shop", service, 80).expect("legal"),
        service: ServiceRef {
            namespace: "shop".to_owned(),
            name: service.to_owned(),
            port: 80,
            port_name: "http".to_owned(),
        },
        protocol,
        health: HealthCheck::Connect,
        client_ip_affinity: None,
        policy: None,
        servers: addresses.iter().map(server).collect(),
        backup: None,
        origin: origin(20),
    }
}

/// Servers in all their forms: weights, backups, checks, names, templates.
pub(crate) fn servers() -> Routing {
    let mut routing = shop();
    let (system, dns) = (ResolversName::system(), ResolversName::dns(None));
    let nameserver = |text| Nameserver::parse(text).expect("legal");
    routing.resolvers.insert(
        dns.clone(),
        Resolvers {
            nameservers: vec![nameserver("10.96.0.10"), nameserver("tcp@[fd00::a]:53")],
        },
    );
    routing.resolvers.insert(system, Resolvers::default());
    let domain = Fqdn::new("web.shop.svc.cluster.local").expect("legal");
    for (name, backend) in &mut routing.backends {
        match name.as_str() {
            "shop_web_80" => {
                backend.client_ip_affinity = Some(10_800);
                backend.servers[0].weight = Weight::new(200);
                backend.servers[1].check = Check::Off;
                let record = ServiceRecord::tcp("http", &domain).expect("legal");
                for (address, kind) in [
                    (Address::Service(record), 10),
                    (Address::Name(domain.clone()), 3),
                ] {
                    let port = Port::new(8080).expect("not 0");
                    let endpoint = Endpoint { address, port };
                    let mut server = Server::new(endpoint, Resolver::Dns, origin(40));
                    server.slots = Port::new(kind);
                    server.resolvers = Some(dns.clone());
                    server.backup = true;
                    backend.servers.push(server);
                }
            }
            // A port for checks beside one that takes requests, in each protocol.
            "shop_grpc_80" | "shop_tls_80" => {
                backend.health = HealthCheck::Http(CheckPath::new("/health'%&$X").expect("legal"));
                let mut beside = backend.servers[0].clone();
                beside.endpoint.address = Address::Ip("10.1.0.9".parse().expect("legal"));
                beside.name = ServerName::new(&beside.endpoint);
                beside.check = Check::At(Port::new(10_256).expect("not 0"));
                backend.servers.push(beside);
            }
            "shop_idle_80" => backend.client_ip_affinity = Some(1),
            _ => {}
        }
    }
    routing
}

/// A rule that a backend (or, for `None`, nobody) answers.
pub(crate) fn rule(kind: PathMatch, path: &str, service: Option<&str>) -> PathRule {
    PathRule {
        alternatives: Vec::new(),
        path: PathPattern::new(kind, path).expect("legal"),
        claim: claim(service),
        losers: Vec::new(),
    }
}

/// A wish of `Ingress shop/web`.
pub(crate) fn claim(service: Option<&str>) -> Claim {
    let name = |service| BackendName::new("shop", service, 80).expect("legal");
    Claim {
        ingress: "shop/web".to_owned(),
        wording: "a path".to_owned(),
        target: service.map_or(Target::Closed, |service| Target::Backend(name(service))),
        origin: origin(10),
        settings: None,
    }
}

/// A host with its rules.
pub(crate) fn host(pattern: &str, id: &str, rules: Vec<PathRule>) -> Host {
    Host {
        pattern: HostPattern::new(pattern).expect("legal"),
        id: HostId::new(id).expect("legal"),
        rules,
    }
}

/// A shop: two hosts, one of them a wildcard, a backend for each protocol, and a route that is closed.
pub(crate) fn shop() -> Routing {
    let mut routing = Routing::default();
    routing.listeners.http = vec![BindAddress::parse(":80").expect("legal")];
    routing.hosts = vec![
        host(
            "*.example.com",
            "00aa",
            vec![rule(PathMatch::Prefix, "/", Some("grpc"))],
        ),
        host(
            "shop.example.com",
            "00bb",
            vec![
                rule(PathMatch::Exact, "/healthz", Some("web")),
                rule(PathMatch::Prefix, "/", Some("web")),
                rule(PathMatch::Prefix, "/$HOME/%[src]/'\"\\", Some("tls")),
                rule(PathMatch::Prefix, "/gone", None),
                rule(PathMatch::Begins, "/img", Some("cdn")),
            ],
        ),
    ];
    routing.any_host = vec![rule(PathMatch::Exact, "/", Some("idle"))];
    let system = ResolversName::system();
    routing.resolvers.insert(system, Resolvers::default());
    for backend in [
        backend("web", ServerProtocol::Http1, &["10.1.0.4", "fd00::4"]),
        backend("grpc", ServerProtocol::H2c, &["10.1.0.5"]),
        backend("tls", ServerProtocol::Https, &["10.1.0.6"]),
        backend("cdn", ServerProtocol::Http1, &["cdn.example.net"]),
        backend("idle", ServerProtocol::Http1, &[]),
    ] {
        routing.backends.insert(backend.name.clone(), backend);
    }
    routing
}

/// The shop, with TLS. With `default`, unknown names are answered too.
pub(crate) fn shop_with_tls(default: bool) -> Routing {
    let mut routing = shop();
    routing.listeners.https = vec![BindAddress::parse("127.0.0.1:443").expect("legal")];
    let stem = FileStem::new("shop_tls").expect("legal");
    let names = ["*.example.com", "shop.example.com"];
    routing
        .certificates
        .files
        .insert(stem.clone(), certificate(&names));
    routing.certificates.default = default.then_some(stem);
    routing
}
