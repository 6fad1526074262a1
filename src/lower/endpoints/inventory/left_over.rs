//! What of the inventory led nowhere: lists that name no Service port, and lists that nobody asked for.
//!
//! In: the inventory, the manifests and the backends that some route reaches. Out: findings.

use std::collections::HashMap;

use super::{Listing, meant};
use crate::finding::{Code, Finding};
use crate::ir::{Backend, Resolver};
use crate::lower::backend::{port_of_target, ports};
use crate::lower::endpoints::Directory;
use crate::lower::suggest::nearest;
use crate::manifest::{Manifests, ObjectName, Service, ServicePort};

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
    let mut suggestions = 0;
    for (name, listings) in &inventory.services {
        let Some(service) = directory.manifests.services.get(name) else {
            for listing in listings
                .iter()
                .filter(|_| !directory.settings.inventory_shared)
            {
                suggestions += 1;
                let search = suggestions <= SUGGESTIONS;
                findings.push(no_service(directory.manifests, name, listing, search));
            }
            continue;
        };
        let mut first: HashMap<u16, &Listing> = HashMap::with_capacity(listings.len());
        for listing in listings {
            let Some(number) = meant(service, &listing.port) else {
                findings.push(no_port(service, listing));
                continue;
            };
            let first = *first.entry(number).or_insert(listing);
            if first.port != listing.port {
                findings.push(twice(name, first, listing));
                continue;
            }
            let backend = reached.get(&((name.namespace.as_str(), name.name.as_str()), number));
            findings.extend(unused(name, listing, backend.copied()));
        }
    }
}

fn about(code: Code, name: &ObjectName, listing: &Listing, message: String) -> Finding {
    Finding::new(code, message)
        .object(format_args!("Service {name}"))
        .field(listing.key(name))
        .at(listing.origin)
}

fn no_service(
    manifests: &Manifests,
    name: &ObjectName,
    listing: &Listing,
    search: bool,
) -> Finding {
    let first = ObjectName::new(&name.namespace, "");
    let here = manifests
        .services
        .range(first..)
        .take_while(|(key, _)| search && key.namespace == name.namespace)
        .map(|(key, _)| key.name.as_str());
    let help = match nearest(&name.name, here) {
        Some(meant) => format!("write `{}/{meant}:{}`", name.namespace, listing.port),
        None => "correct the name, add the Service to the input, or remove the entry".to_owned(),
    };
    about(
        Code::INVENTORY_UNKNOWN_SERVICE,
        name,
        listing,
        format!("Service {name}, which the inventory names, is not among the manifests"),
    )
    .help(help)
}

fn no_port(service: &Service, listing: &Listing) -> Finding {
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
            .help("remove the entry: no HTTP route leads there");
    }
    let help = match (
        port_of_target(service, &listing.port),
        nearest(
            &listing.port,
            service.ports.iter().map(|port| port.name.as_str()),
        ),
        service.ports.as_slice(),
    ) {
        (Some(port), ..) => format!(
            "write `{name}:{0}`: the Service port is {0}; {1} is its `targetPort`",
            port.port.value, listing.port
        ),
        (None, Some(meant), _) => format!("write `{name}:{meant}`"),
        (None, None, [only]) => format!("write `{name}:{}`, its only port", only.port.value),
        _ => "name one of its ports, or declare this one".to_owned(),
    };
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

/// `None` when its servers were taken, or when it has none and nothing can be said.
fn unused(name: &ObjectName, listing: &Listing, backend: Option<&Backend>) -> Option<Finding> {
    let key = listing.key(name);
    let Some(backend) = backend else {
        return Some(
            about(
                Code::INVENTORY_UNUSED_ENTRY,
                name,
                listing,
                format!("no route leads to `{key}` of the inventory"),
            )
            .help("remove the entry, or lead an Ingress there"),
        );
    };
    let by = backend.servers.first()?.resolver;
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
