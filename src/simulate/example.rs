//! Small models for the tests: `HOST TYPE PATH SERVICE SERVERS` a line, `-` for no host and for a closed target.

use std::collections::BTreeMap;

use crate::ir::{
    Address, Backend, BackendName, BindAddress, Claim, Endpoint, HealthCheck, Host, HostId,
    HostPattern, PathMatch, PathPattern, PathRule, Port, Resolver, Routing, Server, ServerProtocol,
    ServiceRef, Target,
};
use crate::source::{File, FileId, Origin, Sources};

/// One file with many lines of two bytes, so that line `n` starts at `2 * (n - 1)`.
pub(crate) fn sources() -> Sources {
    let mut sources = Sources::default();
    sources.add(File::new("all.yaml", "x\n".repeat(200)));
    sources
}

pub(crate) fn origin(line: usize) -> Origin {
    let start = u32::try_from(2 * line).expect("few lines");
    Origin {
        file: FileId::new(0),
        start,
        end: start + 1,
    }
}

pub(crate) fn routing(lines: &[&str]) -> Routing {
    let mut routing = Routing::default();
    routing.listeners.http = vec![BindAddress::parse(":80").expect("legal")];
    routing.listeners.https = vec![BindAddress::parse(":443").expect("legal")];
    let mut hosts: BTreeMap<HostPattern, Vec<PathRule>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        let [host, kind, path, service, servers] = line
            .split(' ')
            .collect::<Vec<_>>()
            .try_into()
            .expect("five words");
        let target = if service == "-" {
            Target::Closed
        } else {
            let backend = backend(service, servers.parse().expect("a number"), origin(at));
            let name = backend.name.clone();
            routing.backends.insert(name.clone(), backend);
            Target::Backend(name)
        };
        let match_kind = match kind {
            "Exact" => PathMatch::Exact,
            "Prefix" => PathMatch::Prefix,
            _ => PathMatch::Begins,
        };
        let rule = PathRule {
            alternatives: Vec::new(),
            path: PathPattern::new(match_kind, path).expect("legal"),
            claim: Claim {
                ingress: format!("default/i{}", at + 1),
                wording: format!("{kind} {path}"),
                target,
                origin: origin(at),
                settings: None,
            },
            losers: Vec::new(),
        };
        if host == "-" {
            routing.any_host.push(rule);
        } else {
            hosts
                .entry(HostPattern::new(host).expect("legal"))
                .or_default()
                .push(rule);
        }
    }
    routing.any_host.sort_by(|a, b| a.path.cmp(&b.path));
    for (index, (pattern, mut rules)) in hosts.into_iter().enumerate() {
        rules.sort_by(|a, b| a.path.cmp(&b.path));
        let id = HostId::new(&format!("{index:08x}")).expect("legal");
        routing.hosts.push(Host { pattern, id, rules });
    }
    routing
}

pub(crate) fn claim(routing: &Routing, service: &str) -> Claim {
    let name = BackendName::new("default", service, 80).expect("legal");
    assert!(routing.backends.contains_key(&name), "{service}");
    Claim {
        ingress: "default/i0".to_owned(),
        wording: "defaultBackend".to_owned(),
        target: Target::Backend(name),
        origin: origin(0),
        settings: None,
    }
}

fn backend(service: &str, servers: u8, origin: Origin) -> Backend {
    let server = |last: u8| {
        let endpoint = Endpoint {
            address: Address::Ip([10, 0, 0, last].into()),
            port: Port::new(8080).expect("not 0"),
        };
        Server::new(endpoint, Resolver::Slices, origin)
    };
    Backend {
        name: BackendName::new("default", service, 80).expect("legal"),
        service: ServiceRef {
            namespace: "default".to_owned(),
            name: service.to_owned(),
            port: 80,
            port_name: String::new(),
        },
        protocol: ServerProtocol::Http1,
        health: HealthCheck::Connect,
        client_ip_affinity: None,
        policy: None,
        servers: (1..=servers).map(server).collect(),
        backup: None,
        origin,
    }
}
