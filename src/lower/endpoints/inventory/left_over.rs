//! What of the inventory led nowhere: lists that name no Service port, and lists that nobody asked for.
//!
//! In: the inventory, the manifests and the backends that some route reaches. Out: findings.

use std::collections::HashMap;

use super::{Listing, meant};
use crate::finding::{Code, Finding};
use crate::ir::{Backend, Resolver, Server};
use crate::lower::backend::{port_of_target, ports};
use crate::lower::endpoints::Directory;
use crate::lower::suggest::nearest;
use crate::manifest::{ObjectName, Protocol, Service, ServicePort};

/// Names are compared with a wrong one only so many times a run: a file for another cluster must not cost the square.
const SUGGESTIONS: usize = 100;

/// Looks at every list once.
pub(in crate::lower::endpoints) fn left_over(
    directory: &Directory<'_>,
    backends: &[Backend],
    findings: &mut Vec<Finding>,
) {
    let Some(inventory) = &directory.settings.inventory else {
        return;
    };
    let reached: HashMap<_, _> = backends
        .iter()
        .map(|backend| {
            let service = &backend.service;
            let name = (service.namespace.as_str(), service.name.as_str());
            ((name, service.port), backend)
        })
        .collect();
    let standing_in: HashMap<_, _> = backends
        .iter()
        .filter_map(|backend| {
            let service = &backend.backup.as_ref()?.value;
            let name = (service.namespace.as_str(), service.name.as_str());
            Some(((name, service.port), backend))
        })
        .collect();
    let mut suggestions = 0;
    for (name, listings) in &inventory.services {
        let Some(service) = directory.manifests.services.get(name) else {
            for listing in listings
                .iter()
                .filter(|_| !directory.settings.inventory_shared)
            {
                suggestions += 1;
                let search = suggestions <= SUGGESTIONS;
                findings.push(no_service(directory, name, listing, search));
            }
            continue;
        };
        let mut first: HashMap<u16, &Listing> = HashMap::with_capacity(listings.len());
        for listing in listings {
            let Some(number) = meant(service, &listing.port) else {
                findings.push(no_port(service, listing, listings));
                continue;
            };
            let first = *first.entry(number).or_insert(listing);
            if first.port != listing.port {
                findings.push(twice(name, first, listing));
                continue;
            }
            let port = ((name.namespace.as_str(), name.name.as_str()), number);
            let servers = match (reached.get(&port), standing_in.get(&port)) {
                (Some(backend), _) => Some(backend.servers.first()),
                // Those that stand in are the last ones.
                (None, Some(backend)) => Some(backend.servers.last().filter(|last| last.backup)),
                (None, None) => None,
            };
            findings.extend(unused(name, listing, servers));
        }
    }
}

fn about(code: Code, name: &ObjectName, listing: &Listing, message: String) -> Finding {
    Finding::new(code, message)
        .object(format_args!("Service {name}"))
        .field(listing.key(name))
        .at(listing.origin)
}

/// A name is only suggested where the entry can be meant for it: its servers are handed to that Service, and may hold what others own.
fn no_service(
    directory: &Directory<'_>,
    name: &ObjectName,
    listing: &Listing,
    search: bool,
) -> Finding {
    let first = ObjectName::new(&name.namespace, "");
    let inventory = directory.settings.inventory.as_ref();
    let is_listed = |key: &ObjectName| inventory.is_some_and(|it| it.services.contains_key(key));
    let here = directory
        .manifests
        .services
        .range(first..)
        .take_while(|(key, _)| search && key.namespace == name.namespace)
        .filter(|(key, _)| !is_listed(key))
        .map(|(key, _)| key.name.as_str());
    let help = match nearest(&name.name, here) {
        Some(meant) => format!("write `{}/{meant}:{}`", name.namespace, listing.port),
        None => "remove the entry, add the Service to the input, or correct the name".to_owned(),
    };
    about(
        Code::INVENTORY_UNKNOWN_SERVICE,
        name,
        listing,
        format!("Service {name}, which the inventory names, is not among the manifests"),
    )
    .help(help)
}

fn no_port(service: &Service, listing: &Listing, listings: &[Listing]) -> Finding {
    let name = &service.meta.name;
    let is_named = |port: &&ServicePort| {
        port.name == listing.port || port.port.value.to_string() == listing.port
    };
    if let Some(port) = service.ports.iter().find(is_named) {
        let message = format!(
            "port `{}` of Service {name}, which the inventory names, is {}, not TCP",
            listing.port,
            port.protocol.name()
        );
        return about(Code::INVENTORY_UNKNOWN_SERVICE, name, listing, message)
            .label(port.origin, "the port")
            .help("remove the entry: neither routes nor exposed ports lead there");
    }
    let help = port_help(service, listing, listings);
    about(
        Code::INVENTORY_UNKNOWN_SERVICE,
        name,
        listing,
        format!(
            "Service {name}, which the inventory names, has no TCP port `{}`",
            listing.port
        ),
    )
    .label(
        service.meta.origin,
        format!("its ports: {}", ports(service)),
    )
    .help(help)
}

/// What to do about a list of a port that is not there. Servers beside those of a port that has its own may be anybody's: no such port is
/// suggested.
fn port_help(service: &Service, listing: &Listing, listings: &[Listing]) -> String {
    let (name, wrong) = (&service.meta.name, &listing.port);
    let is_free = |port: &&ServicePort| {
        let number = Some(port.port.value);
        port.protocol == Protocol::Tcp
            && !listings.iter().any(|it| meant(service, &it.port) == number)
    };
    if let Some(port) = port_of_target(service, wrong) {
        let number = port.port.value;
        return if is_free(&port) {
            format!(
                "write `{name}:{number}`: the Service port is {number}; {wrong} is its `targetPort`"
            )
        } else {
            format!(
                "remove the entry: {wrong} is the `targetPort` of port {number}, which is listed"
            )
        };
    }
    let free: Vec<&ServicePort> = service.ports.iter().filter(is_free).collect();
    match (
        nearest(wrong, free.iter().map(|port| port.name.as_str())),
        free.as_slice(),
    ) {
        (Some(meant), _) => format!("write `{name}:{meant}`"),
        (None, [only]) if service.ports.len() == 1 => {
            format!("write `{name}:{}`, its only port", only.port.value)
        }
        (None, []) => "remove the entry, or declare the port".to_owned(),
        (None, _) => "remove the entry, name one of its ports, or declare this one".to_owned(),
    }
}

fn twice(name: &ObjectName, first: &Listing, listing: &Listing) -> Finding {
    about(
        Code::INVALID_INVENTORY,
        name,
        listing,
        format!(
            "`{}` and `{}` of the inventory are the same port, and only the first counts",
            first.key(name),
            listing.key(name)
        ),
    )
    .label(first.origin, "the first one")
    .help("put all servers below one of the two keys")
}

/// What there is to say about a list whose Service port has the server `found`, where somebody asks for it at all. `None` when its servers
/// were taken, or when there is none and nothing can be said.
fn unused(name: &ObjectName, listing: &Listing, found: Option<Option<&Server>>) -> Option<Finding> {
    let key = listing.key(name);
    let Some(server) = found else {
        return Some(
            about(
                Code::INVENTORY_UNUSED_ENTRY,
                name,
                listing,
                format!("no route and no exposed port leads to `{key}` of the inventory"),
            )
            .help("lead an Ingress there, or expose the Service, or remove the entry"),
        );
    };
    let by = server?.resolver;
    (!matches!(by, Resolver::Inventory | Resolver::Placeholder)).then(|| {
        about(
            Code::INVENTORY_UNUSED_ENTRY,
            name,
            listing,
            format!("the servers of `{key}` come from `{by}`, not from the inventory"),
        )
        .help("remove the entry, or put `inventory` first in the order of this Service")
    })
}
